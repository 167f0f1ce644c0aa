using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Pipeline.Resuming;

namespace Shrike.Cli.Commands;

/// <summary>The flags of a run that goes on where an earlier one has stopped.</summary>
internal sealed class ResumeFlags
{
    /// <summary>Names of the flags that take a value; none of them changes an answer.</summary>
    public static readonly string[] WithValue = ["checkpoint_seconds", "intermediate_results_dir"];

    /// <summary>Name of the switch.</summary>
    public const string Switch = "resume";

    private const string Extension = ".shrike-run";
    private readonly Flag<bool> _resume;
    private readonly Flag<double> _seconds;
    private readonly Flag<string> _folder;

    /// <param name="f">Receives the flags.</param>
    public ResumeFlags(FlagSet f)
    {
        _resume = f.Switch(Switch, "go on with a run of the same command that did not come to its end");
        _seconds = f.Number(WithValue[0], "finished work is recorded for --resume from this second on, and made safe on the disk as often; inf for no records", 60);
        _folder = f.Text(WithValue[1], $"folder of the record, OUTPUT_VCF{Extension}; made if missing, beside the VCF if not given; with --print_plan of the files between the stages");
    }

    /// <summary>Folder of what lies between inputs and outputs; empty for beside the VCF.</summary>
    public string Folder => _folder.Value;

    /// <summary>The file of records; empty if there is none.</summary>
    /// <param name="vcf">The VCF.</param>
    public string FileFor(string vcf) =>
        AtomicFile.IsDevicePath(vcf) || (double.IsPositiveInfinity(_seconds.Value) && !_resume.Value) ? ""
        : (_folder.Value.Length > 0 ? Path.Combine(_folder.Value, Path.GetFileName(vcf)) : vcf) + Extension;

    /// <summary>What is to be recorded and taken over; null for nothing.</summary>
    /// <param name="vcf">The VCF.</param>
    /// <param name="hasSideOutputs">The run writes files that are made tile by tile, and not again from records.</param>
    /// <param name="fingerprint">Gives what decides the answer.</param>
    /// <param name="unfinished">Is told how to go on after a failure.</param>
    /// <exception cref="ShrikeException">There is nothing it could go on with (exit 2), or the folder cannot be made (exit 4).</exception>
    public ResumeOptions? Build(string vcf, bool hasSideOutputs, Func<RunFingerprint> fingerprint, Action<string> unfinished)
    {
        if (!(_seconds.Value >= 0)) throw ShrikeException.Usage($"--{_seconds.Name} must not be negative");
        if (hasSideOutputs) return _resume.Value ? throw ShrikeException.Usage("--resume does not go with --realigner_diagnostics, which has files of every partition") : null;
        string path = FileFor(vcf);
        if (path.Length == 0) return _resume.Value ? throw ShrikeException.Usage($"--resume: a run to {vcf} keeps no records: write the VCF to a file, or leave the flag out") : null;
        try
        {
            if (_folder.Value.Length > 0) Directory.CreateDirectory(_folder.Value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"--{_folder.Name} {_folder.Value}: {e.Message}", e);
        }

        return new ResumeOptions { Path = path, Resume = _resume.Value, Seconds = _seconds.Value, Fingerprint = fingerprint, Unfinished = unfinished };
    }

    /// <summary>All that decides the answer of a run.</summary>
    /// <param name="given">Flags that do.</param>
    /// <param name="setup">The run.</param>
    /// <param name="gvcf">Reference records are wanted.</param>
    public static RunFingerprint FingerprintOf(IEnumerable<Flag> given, CallingSetup setup, bool gvcf)
    {
        var fingerprint = new RunFingerprint();
        fingerprint.AddVersion(Version.Text);
        foreach (Flag flag in given) fingerprint.Add("--" + flag.Name, flag.ValueText);
        if (gvcf) fingerprint.Add("--output_gvcf", "given");
        fingerprint.Add("the network's device", setup.Run.Device.Gpus.Count > 0 ? "a GPU" : "the CPU");
        foreach ((string name, string path) in setup.Models)
        {
            if (path.Length > 0) fingerprint.AddModel(name, path);
        }

        // Whatever flag names a file: a list too many is no harm, as what is not there is passed over.
        IEnumerable<string> named = given.SelectMany(g => (string[])[g.ValueText, .. g.ValueText.Split(','), .. g.ValueText.Split(' '), .. g.ValueText.Split([',', ' '])]);
        foreach (string file in named.Concat(setup.Run.Stage.Population?.Files ?? []).Where(f => f.Length > 0)) fingerprint.AddFile(file);
        return fingerprint;
    }
}
