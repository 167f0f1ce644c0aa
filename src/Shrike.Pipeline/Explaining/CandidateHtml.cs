using System.Globalization;
using System.Text;

namespace Shrike.Pipeline.Explaining;

/// <summary>One candidate as a part of a page.</summary>
internal static class CandidateHtml
{
    /// <summary>Appends it.</summary>
    public static void Add(StringBuilder page, CandidateReport c)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{c.Position} {ExplanationText.Allele(c.Ref)}>{ExplanationText.Alleles(c.Alts)}");
        page.Append(CultureInfo.InvariantCulture, $"<h2>Candidate {ExplanationHtml.Text(name)}</h2>\n<p>Depth {c.Depth}; reads of each allele {string.Join(", ", c.AlleleDepths)}.{(c.IsDeselected ? " Deselected by --select_variant_types." : "")}</p>\n");
        if (c.SmallModel is { } small)
        {
            if (small.Remark.Length > 0) page.Append(CultureInfo.InvariantCulture, $"<p>Small model: {ExplanationHtml.Text(small.Remark)}.</p>\n");
            if (small.Answers.Count > 0)
            {
                ExplanationHtml.AddTable(page, "Small model: probabilities of 0, 1 and 2 copies", ["ALTs", "#0", "#1", "#2", "#GQ", "#threshold", "accepted"], small.Answers.Select(a => Row(a.Alts, a.Probabilities, a.Gq.ToString("F2", CultureInfo.InvariantCulture), ExplanationHtml.Number(a.Threshold), a.IsAccepted ? "yes" : "no")));
            }
        }

        if (c.Network.Count > 0) ExplanationHtml.AddTable(page, "Network: probabilities of 0, 1 and 2 copies", ["ALTs", "#0", "#1", "#2", "asked"], c.Network.Select(n => Row(n.Alts, n.Probabilities, n.WasAsked ? "yes" : "no; it would say so")));
        if (c.Call is { } call) AddCall(page, call);
        if (c.Picture is { } picture) AddPicture(page, picture);
    }

    private static string[] Row(IEnumerable<string> alts, IEnumerable<double> probabilities, params string[] more) =>
        [ExplanationText.Alleles(alts), .. probabilities.Select(p => p.ToString("0.000000", CultureInfo.InvariantCulture)), .. more];

    private static void AddCall(StringBuilder page, CallReport call)
    {
        page.Append("<h3>Call</h3>\n");
        if (call.AlternateQualities.Count > 0)
        {
            ExplanationHtml.AddTable(page, "ALTs by themselves", ["ALT", "#QUAL", "what becomes of it"], call.AlternateQualities.Select(q => new[] { ExplanationText.Allele(q.Alt), q.Qual.ToString("F2", CultureInfo.InvariantCulture), q.IsPruned ? string.Create(CultureInfo.InvariantCulture, $"pruned, below {q.Threshold}") : "stays" }));
        }

        ExplanationHtml.AddTable(page, "Genotypes", ["genotype", "#probability"], call.Genotypes.Take(6).Select(g => new[] { string.Join('/', g.Genotype.Split('/').Select(ExplanationText.Allele)), g.Probability.ToString("0.000000", CultureInfo.InvariantCulture) }));
        if (call.Overlapping.Count > 0) page.Append(CultureInfo.InvariantCulture, $"<p>Overlaps the calls at {string.Join(", ", call.Overlapping)}: {(call.IsResolved ? $"changed to fit with them on two haplotypes; by itself {call.OwnGenotype}" : "left as it is")}.</p>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>Genotype {call.Genotype}, GQ {call.Gq}, QUAL {call.Qual:F4}, {call.Filter}.</p>\n");
    }

    private static void AddPicture(StringBuilder page, PileupPicture picture)
    {
        string alts = ExplanationHtml.Text(ExplanationText.Alleles(picture.Alts));
        (int height, int width, int channels) = (picture.Shape[0], picture.Shape[1], picture.Shape[2]);
        page.Append(CultureInfo.InvariantCulture, $"<h3>Image of {alts}</h3>\n<figure>\n<figcaption>The channels the network sees: {height} rows (the first five the reference), {width} columns from {picture.FirstPosition}; the candidate stands in the middle column.</figcaption>\n<div>\n");
        var pixels = new byte[height * width];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int i = 0; i < pixels.Length; i++) pixels[i] = picture.Bytes[(i * channels) + channel];
            page.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"channel {picture.Channels[channel]} of the image of {alts}\" width=\"{width}\" height=\"{height}\" src=\"data:image/png;base64,{Convert.ToBase64String(PngImage.Grey(pixels, width, height))}\"/><figcaption>{picture.Channels[channel]}</figcaption></figure>\n");
        }

        var text = new StringBuilder();
        PictureText.Add(text, picture);
        page.Append(CultureInfo.InvariantCulture, $"</div>\n</figure>\n<pre role=\"region\" tabindex=\"0\" aria-label=\"the image in letters\">{ExplanationHtml.Text(text.ToString())}</pre>\n");
    }
}
