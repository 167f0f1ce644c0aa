using System.Globalization;
using System.Text;
using Shrike.Core;

namespace Shrike.Calling.Vcf;

/// <summary>What the header of an output says besides the constant lines.</summary>
public sealed record VcfHeaderContent
{
    /// <summary>Contigs of the reference, in order.</summary>
    public required IReadOnlyList<Contig> Contigs { get; init; }

    /// <summary>Sample name.</summary>
    public required string Sample { get; init; }

    /// <summary>Declare MID, the model that made a call.</summary>
    public bool HasModelId { get; init; }

    /// <summary>Declare CANDIDATES, all ALTs before pruning.</summary>
    public bool HasCandidates { get; init; }

    /// <summary>Declare FORCED, the mark of given sites.</summary>
    public bool HasForcedSites { get; init; }

    /// <summary>Declare the GERMLINE filter.</summary>
    public bool IsSomatic { get; init; }

    /// <summary>Declare the PON filter.</summary>
    public bool HasPanelOfNormals { get; init; }

    /// <summary>Further lines, each beginning with ##, put in front of the contigs.</summary>
    public IReadOnlyList<string> ExtraLines { get; init; } = [];
}

/// <summary>The header of a VCF and gVCF; both have the same.</summary>
public static class VcfHeaderText
{
    private const string Germline = "##FILTER=<ID=GERMLINE,Description=\"Non somatic variants\">\n";
    private const string PanelOfNormals = "##FILTER=<ID=PON,Description=\"Filtered by Panel of Normals (PON)\">\n";
    private const string Candidates = "##INFO=<ID=CANDIDATES,Number=1,Type=String,Description=\"pipe-delimited candidate alleles.\">\n";
    private const string Forced = "##INFO=<ID=FORCED,Number=0,Type=Flag,Description=\"The record is here because its allele was given with --sites; the reads alone did not bring it.\">\n";
    private const string ModelId = "##FORMAT=<ID=MID,Number=1,Type=String,Description=\"Identifies which model called this variant.\">\n";

    private const string Filters = """
        ##fileformat=VCFv4.2
        ##FILTER=<ID=PASS,Description="All filters passed">
        ##FILTER=<ID=RefCall,Description="Genotyping model thinks this site is reference.">
        ##FILTER=<ID=LowQual,Description="Confidence in this variant being real is below calling threshold.">
        ##FILTER=<ID=NoCall,Description="Site has depth=0 resulting in no call.">

        """;

    private const string End = """
        ##INFO=<ID=END,Number=1,Type=Integer,Description="End position (for use with symbolic alleles)">

        """;

    private const string Formats = """
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

        """;

    /// <summary>The header's lines.</summary>
    public static string Build(VcfHeaderContent content)
    {
        var text = new StringBuilder(Filters);
        if (content.IsSomatic) text.Append(Germline);
        if (content.HasPanelOfNormals) text.Append(PanelOfNormals);
        text.Append(End);
        if (content.HasCandidates) text.Append(Candidates);
        if (content.HasForcedSites) text.Append(Forced);
        text.Append(Formats);
        if (content.HasModelId) text.Append(ModelId);
        text.Append("##DeepVariant_version=1.9.0\n");
        foreach (string line in content.ExtraLines) text.Append(line).Append('\n');
        foreach (Contig contig in content.Contigs)
        {
            text.Append("##contig=<ID=").Append(contig.Name);
            if (contig.Length > 0) text.Append(CultureInfo.InvariantCulture, $",length={contig.Length}");
            text.Append(">\n");
        }

        return text.Append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t").Append(content.Sample).Append('\n').ToString();
    }
}
