using System.Globalization;
using Shrike.Core;

namespace Shrike.Pipeline.Scoring;

/// <summary>What was called wrong, as tab-separated text: one line of names, then a line an allele in the order of the reference.</summary>
public static class ErrorTable
{
    /// <summary>Writes the file; it has its name only when it is whole.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="errors">In order.</param>
    /// <exception cref="ShrikeException">It cannot be written (exit 4).</exception>
    public static void Write(string path, IEnumerable<AlleleError> errors)
    {
        using var file = new AtomicFile(path);
        using (var text = new StreamWriter(file.OpenWrite()) { NewLine = "\n" })
        {
            text.WriteLine("contig\tposition\tref\talt\ttruth_copies\tcalled_copies");
            foreach ((string contig, Allele a, int truth, int called) in errors)
            {
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contig}\t{a.Start + 1}\t{a.Ref}\t{a.Alt}\t{truth}\t{called}"));
            }
        }

        file.Complete();
    }
}
