using System.Globalization;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.Labelling;
using Shrike.Examples.MakeExamples;
using Algorithm = Shrike.Formats.Messages.MakeExamplesOptions.Types.LabelerAlgorithm;

namespace Shrike.Cli.Commands;

/// <summary>The flags of make-examples that only training has a use for.</summary>
internal sealed class TrainingFlags
{
    private readonly Flag<string> _truth, _confident, _deNovo, _labeler, _classes, _field, _downsample;

    public TrainingFlags(FlagSet f)
    {
        _truth = f.Text("truth_variants", "truth in training mode: VCF with index and genotypes");
        _confident = f.Text("confident_regions", "BED of regions whose truth is known, in training mode");
        _deNovo = f.Text("denovo_regions", "BED of de-novo variants: adds a label for them in training mode");
        _labeler = f.Choice("labeler_algorithm", "how candidates and truth are compared", "haplotype_labeler", "haplotype_labeler", "positional_labeler", "customized_classes_labeler");
        _classes = f.Text("customized_classes_labeler_classes_list", "names of the classes of that labeler, separated by commas; the first is the reference");
        _field = f.Text("customized_classes_labeler_info_field_name", "INFO field of the truth that names a class");
        _downsample = f.Text("downsample_classes", "share of the candidates of each class to keep, separated by commas (customized_classes_labeler)");
    }

    /// <summary>VCF of the truth.</summary>
    public string Truth => _truth.Value;

    /// <summary>BED of confident regions.</summary>
    public string Confident => _confident.Value;

    /// <summary>Files that these flags name.</summary>
    public IEnumerable<string> Inputs => [Truth, Confident, _deNovo.Value];

    /// <summary>Labels are classes of the user instead of genotypes.</summary>
    public bool HasOwnClasses => _labeler.Value == "customized_classes_labeler";

    /// <summary>Refuses what makes no sense together, before any file is opened.</summary>
    /// <param name="training">Whether labels are wanted.</param>
    /// <param name="imports">Candidates are the records of a VCF.</param>
    public void Validate(bool training, bool imports)
    {
        if (!training)
        {
            Flag? given = ((Flag[])[_truth, _confident, _deNovo, _classes, _field, _downsample]).FirstOrDefault(f => f.IsSet);
            if (given is not null) throw ShrikeException.Usage($"--{given.Name} belongs to --mode training");
            return;
        }

        if (Truth.Length == 0) throw ShrikeException.Usage("--mode training needs --truth_variants, a VCF of what is known");
        if (Confident.Length == 0 && !imports) throw ShrikeException.Usage("--mode training needs --confident_regions, a BED of where it is known");
        bool classes = HasOwnClasses && !imports;
        if (classes && (_classes.Value.Length == 0 || _field.Value.Length == 0))
        {
            throw ShrikeException.Usage("--labeler_algorithm customized_classes_labeler needs --customized_classes_labeler_classes_list and --customized_classes_labeler_info_field_name");
        }

        if (_downsample.Value.Length > 0 && !classes) throw ShrikeException.Usage("--downsample_classes needs --labeler_algorithm customized_classes_labeler, which knows classes");
    }

    /// <summary>The labels, and the inputs with what the truth says of contigs.</summary>
    public LabellingOptions Build(ref InputPreflight inputs, string reads, bool imports, Action<string> log)
    {
        inputs = TruthPreflight.CheckTruth(inputs, Truth, log);
        return new LabellingOptions
        {
            Truth = Truth,
            Confident = Confident.Length == 0 ? null : TruthPreflight.ReadRegions(Confident, "confident regions", inputs.Reference, log),
            DeNovo = _deNovo.Value.Length == 0 ? null : TruthPreflight.ReadRegions(_deNovo.Value, "de-novo regions", inputs.Reference, log),
            Algorithm = (imports ? "positional_labeler" : _labeler.Value) switch
            {
                "positional_labeler" => Algorithm.PositionalLabeler,
                "customized_classes_labeler" => Algorithm.CustomizedClassesLabeler,
                _ => Algorithm.HaplotypeLabeler,
            },
            Classes = _classes.Value.Split(',', StringSplitOptions.RemoveEmptyEntries),
            ClassField = _field.Value,
            KeepByClass = [.. _downsample.Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Share)],
            ReadsName = reads[(reads.LastIndexOf('/') + 1)..],
        };
    }

    private static double Share(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && d is >= 0 and <= 1
        ? d
        : throw ShrikeException.Usage($"--downsample_classes: \"{text}\" is not a share from 0 to 1");
}
