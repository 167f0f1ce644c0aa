using System.Globalization;
using System.Text;
using Google.Protobuf.Collections;
using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Calling.Vcf;

/// <summary>Header and records of the output, as text.</summary>
public static class VcfText
{
    private static readonly string[] FormatKeys = ["GQ", "DP", "MIN_DP", "AD", "VAF", "PS", "MF", "MD", "MT", "MED_DP", "MID"];

    /// <summary>The header.</summary>
    /// <param name="contigs">Contigs of the reference, in order.</param>
    /// <param name="sample">Sample name.</param>
    /// <param name="withModelId">Declare MID, the model that made a call.</param>
    /// <param name="extraLines">Further lines, each beginning with ##, put in front of the contigs.</param>
    public static string Header(IReadOnlyList<Contig> contigs, string sample, bool withModelId, IReadOnlyList<string> extraLines)
    {
        var text = new StringBuilder();
        text.Append("""
            ##fileformat=VCFv4.2
            ##FILTER=<ID=PASS,Description="All filters passed">
            ##FILTER=<ID=RefCall,Description="Genotyping model thinks this site is reference.">
            ##FILTER=<ID=LowQual,Description="Confidence in this variant being real is below calling threshold.">
            ##FILTER=<ID=NoCall,Description="Site has depth=0 resulting in no call.">
            ##INFO=<ID=END,Number=1,Type=Integer,Description="End position (for use with symbolic alleles)">
            ##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
            ##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Conditional genotype quality">
            ##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">
            ##FORMAT=<ID=MIN_DP,Number=1,Type=Integer,Description="Minimum DP observed within the GVCF block.">
            ##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Read depth for each allele">
            ##FORMAT=<ID=VAF,Number=A,Type=Float,Description="Variant allele fractions.">
            ##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Phred-scaled genotype likelihoods rounded to the closest integer">
            ##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">
            ##FORMAT=<ID=MF,Number=R,Type=Float,Description="Methylation fraction for each of the reference and alternate allele">
            ##FORMAT=<ID=MD,Number=R,Type=Integer,Description="Methylation depth for each of the reference and alternate allele">
            ##FORMAT=<ID=MT,Number=1,Type=String,Description="Methylation type: 0/0=Unmethylated, 0/1=Heterozygous, 1/1=Methylated">
            ##FORMAT=<ID=MED_DP,Number=1,Type=Integer,Description="Median DP observed within the GVCF block rounded to the nearest integer.">

            """);
        if (withModelId) text.Append("##FORMAT=<ID=MID,Number=1,Type=String,Description=\"Identifies which model called this variant.\">\n");
        text.Append("##DeepVariant_version=1.9.0\n");
        foreach (string line in extraLines) text.Append(line).Append('\n');
        foreach (Contig contig in contigs)
        {
            text.Append("##contig=<ID=").Append(contig.Name);
            if (contig.Length > 0) text.Append(CultureInfo.InvariantCulture, $",length={contig.Length}");
            text.Append(">\n");
        }

        return text.Append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t").Append(sample).Append('\n').ToString();
    }

    /// <summary>Appends one record and its line end.</summary>
    public static void AppendRecord(StringBuilder text, Variant v)
    {
        VariantCall call = v.Calls[0];
        text.Append(v.ReferenceName).Append('\t').Append(v.Start + 1).Append('\t');
        text.Append(v.Names.Count == 0 ? "." : string.Join(';', v.Names)).Append('\t').Append(v.ReferenceBases).Append('\t');
        text.Append(v.AlternateBases.Count == 0 ? "." : string.Join(',', v.AlternateBases)).Append('\t').Append(Quality(v.Quality)).Append('\t');
        text.Append(v.Filter.Count == 0 ? "." : string.Join(';', v.Filter)).Append('\t');
        if (v.AlternateBases.Count == 1 && v.AlternateBases[0].StartsWith('<')) text.Append("END=").Append(v.End);
        else text.Append('.');
        text.Append("\tGT");
        foreach (string key in FormatKeys)
        {
            if (InfoMap.Get(call.Info, key) is { Count: > 0 }) text.Append(':').Append(key);
        }

        if (call.GenotypeLikelihood.Count > 0) text.Append(":PL");
        text.Append('\t');
        for (int i = 0; i < call.Genotype.Count; i++)
        {
            if (i > 0) text.Append(call.IsPhased ? '|' : '/');
            if (call.Genotype[i] < 0) text.Append('.');
            else text.Append(call.Genotype[i]);
        }

        foreach (string key in FormatKeys)
        {
            if (InfoMap.Get(call.Info, key) is { Count: > 0 } values) AppendValues(text.Append(':'), values);
        }

        if (call.GenotypeLikelihood.Count > 0) AppendPhredLikelihoods(text.Append(':'), call.GenotypeLikelihood);
        text.Append('\n');
    }

    private static string Quality(double quality) => quality == -1 ? "." : VcfNumber.Format((float)(Math.Floor((quality * 10) + 0.5) / 10));

    private static void AppendValues(StringBuilder text, RepeatedField<Value> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0) text.Append(',');
            switch (values[i].KindCase)
            {
                case Value.KindOneofCase.NumberValue: text.Append(VcfNumber.Format((float)values[i].NumberValue)); break;
                case Value.KindOneofCase.StringValue: text.Append(values[i].StringValue); break;
                default: text.Append(values[i].IntValue); break;
            }
        }
    }

    /// <summary>PL: -10 times the distance to the best, truncated.</summary>
    private static void AppendPhredLikelihoods(StringBuilder text, RepeatedField<double> likelihoods)
    {
        double max = likelihoods.Max();
        for (int i = 0; i < likelihoods.Count; i++)
        {
            if (i > 0) text.Append(',');
            text.Append((int)(-10 * (likelihoods[i] - max)));
        }
    }
}
