using Shrike.Examples.Reads;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Candidates;

/// <summary>A candidate as the message of the candidates file, with the names of the supporting reads.</summary>
public static class CandidateMessage
{
    private const string UncalledAllele = "UNCALLED_ALLELE";

    /// <summary>The message; maps are filled in ascending order of keys.</summary>
    public static DeepVariantCall Build(Candidate candidate, ReadBatch batch, string sampleName)
    {
        var call = new DeepVariantCall { Variant = candidate.Variant };
        bool onlyNames = candidate.Frequencies is not null;
        var byAllele = new SortedDictionary<string, (DeepVariantCall.Types.SupportingReads Names, DeepVariantCall.Types.SupportingReadsExt Infos)>(StringComparer.Ordinal);
        foreach (AlleleSupport s in candidate.Support)
        {
            var info = new DeepVariantCall.Types.ReadSupport { ReadName = batch.KeyText(s.Read), IsLowQuality = s.IsLowQuality };
            if (candidate.OtherAlleles is null)
            {
                info.MappingQuality = batch.MappingQualityOf(s.Read);
                info.AverageBaseQuality = s.AverageBaseQuality;
                info.IsReverseStrand = batch.IsReverse(s.Read);
                info.SampleName = sampleName;
            }

            if (s.Allele == AlleleSupport.Reference)
            {
                if (onlyNames) continue;
                call.RefSupport.Add(info.ReadName);
                (call.RefSupportExt ??= new DeepVariantCall.Types.SupportingReadsExt()).ReadInfos.Add(info);
                continue;
            }

            int alts = candidate.Variant.AlternateBases.Count;
            string allele = s.Allele == AlleleSupport.Uncalled ? UncalledAllele : s.Allele < alts ? candidate.Variant.AlternateBases[s.Allele] : candidate.OtherAlleles![s.Allele - alts];
            if (!byAllele.TryGetValue(allele, out var lists)) byAllele[allele] = lists = (new(), new());
            lists.Names.ReadNames.Add(info.ReadName);
            lists.Infos.ReadInfos.Add(info);
        }

        foreach ((string allele, var lists) in byAllele)
        {
            call.AlleleSupport.Add(allele, lists.Names);
            if (!onlyNames) call.AlleleSupportExt.Add(allele, lists.Infos);
        }

        if (candidate.Frequencies is { } frequencies)
        {
            // As in the original the message is made anew, with the frequencies and little else. Spec 50 section 12.
            for (int i = 0; i < frequencies.Alternates.Length; i++) call.AlleleFrequency[candidate.Variant.AlternateBases[i]] = frequencies.Alternates[i];
            call.AlleleFrequency[candidate.Variant.ReferenceBases] = frequencies.Reference;
            return call;
        }

        for (int i = 0; i < candidate.ContextWindow.Length; i++) call.AlleleFrequencyAtPosition.Add(candidate.ContextWindowStart + i, candidate.ContextWindow[i]);
        foreach (int[] set in candidate.AltSets ?? []) call.MakeExamplesAltAlleleIndices.Add(new CallVariantsOutput.Types.AltAlleleIndices { Indices = { set } });
        return call;
    }
}
