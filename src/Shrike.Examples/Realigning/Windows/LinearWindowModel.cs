using System.Globalization;
using System.Text.RegularExpressions;
using Shrike.Core;

namespace Shrike.Examples.Realigning.Windows;

/// <summary>Weights of the alleles of a position; a position is marked where their sum exceeds the boundary.</summary>
public sealed partial record LinearWindowModel
{
    /// <summary>Start value.</summary>
    public float Bias { get; init; } = -0.683379f;

    /// <summary>Weight of a soft clip.</summary>
    public float SoftClip { get; init; } = 2.997000f;

    /// <summary>Weight of a substitution.</summary>
    public float Substitution { get; init; } = -0.086644f;

    /// <summary>Weight of an insertion.</summary>
    public float Insertion { get; init; } = 2.493585f;

    /// <summary>Weight of a deletion.</summary>
    public float Deletion { get; init; } = 1.795914f;

    /// <summary>Weight of a read that shows the reference.</summary>
    public float Reference { get; init; } = -0.059787f;

    /// <summary>Boundary.</summary>
    public float Boundary { get; init; } = 3;

    /// <summary>Reads a window model in protobuf text format and puts it into <paramref name="options"/>.</summary>
    /// <exception cref="ShrikeException">The text is no window model; names file and line.</exception>
    public static WindowSelectorOptions Read(string path, WindowSelectorOptions options)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.Usage($"--ws_window_selector_model {path}: {e.Message}");
        }

        string type = "";
        var linear = new LinearWindowModel { Bias = 0, SoftClip = 0, Substitution = 0, Insertion = 0, Deletion = 0, Reference = 0, Boundary = 0 };
        for (int i = 0; i < lines.Length; i++)
        {
            // Fields may share a line with each other and with the braces of the message they are in.
            string line = Braces().Replace(lines[i].Split('#')[0], " ");
            foreach (string field in Gap().Split(line.Trim()).Where(f => f.Length > 0))
            {
                string[] parts = field.Split(':', 2, StringSplitOptions.TrimEntries);
                if (parts.Length == 2 && parts[0] == "model_type")
                {
                    type = parts[1];
                    continue;
                }

                if (parts.Length != 2 || !float.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out float value))
                {
                    throw ShrikeException.Usage($"--ws_window_selector_model {path}: line {i + 1} is not 'name: number': {lines[i].Trim()}");
                }

                switch (parts[0])
                {
                    case "bias": linear = linear with { Bias = value }; break;
                    case "coeff_soft_clip": linear = linear with { SoftClip = value }; break;
                    case "coeff_substitution": linear = linear with { Substitution = value }; break;
                    case "coeff_insertion": linear = linear with { Insertion = value }; break;
                    case "coeff_deletion": linear = linear with { Deletion = value }; break;
                    case "coeff_reference": linear = linear with { Reference = value }; break;
                    case "decision_boundary": linear = linear with { Boundary = value }; break;
                    case "min_num_supporting_reads": options = options with { MinSupportingReads = (int)value }; break;
                    case "max_num_supporting_reads": options = options with { MaxSupportingReads = (int)value }; break;
                    default: throw ShrikeException.Usage($"--ws_window_selector_model {path}: line {i + 1}: unknown field {parts[0]}");
                }
            }
        }

        return type switch
        {
            "ALLELE_COUNT_LINEAR" or "2" => options with { Linear = linear },
            "VARIANT_READS" or "1" => options with { Linear = null },
            _ => throw ShrikeException.Usage($"--ws_window_selector_model {path}: model_type must be VARIANT_READS or ALLELE_COUNT_LINEAR"),
        };
    }

    /// <summary>Names of messages with their opening braces, and closing braces.</summary>
    [GeneratedRegex(@"\w+\s*:?\s*\{|\}")]
    private static partial Regex Braces();

    /// <summary>Between two fields: blanks, commas or semicolons, but not those behind a colon.</summary>
    [GeneratedRegex(@"(?<![:\s])[\s,;]+(?!:)")]
    private static partial Regex Gap();
}
