using System.Globalization;
using System.Text;
using Shrike.Calling.PostprocessVariants;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;

namespace Shrike.Calling.Tests.PostprocessVariants;

/// <summary>
/// A small genome with predictions at random places (overlapping, with several ALTs, without reads) and reference blocks
/// over all of it.
/// </summary>
internal sealed class RandomRun : IDisposable
{
    private const string Letters = "ACGT";
    private readonly TestData.TemporaryFolder _folder = TestData.Temporary();
    private readonly Random _random;
    private int _files;

    public RandomRun(int seed, int contigs = 2, int length = 1500, int spacing = 8)
    {
        _random = new Random(seed);
        using var fasta = new StreamWriter(_folder["ref.fa"]);
        using var index = new StreamWriter(_folder["ref.fa.fai"]);
        long offset = 0;
        for (int c = 1; c <= contigs; c++)
        {
            string bases = Bases(length + (13 * c));
            fasta.Write($">k{c}\n{bases}\n");
            offset += $">k{c}\n".Length;
            index.Write(string.Create(CultureInfo.InvariantCulture, $"k{c}\t{bases.Length}\t{offset}\t{bases.Length}\t{bases.Length + 1}\n"));
            offset += bases.Length + 1;
            Contigs.Add(($"k{c}", bases));
            AddSites($"k{c}", bases, spacing);
            AddBlocks($"k{c}", bases);
        }
    }

    public List<(string Name, string Bases)> Contigs { get; } = [];

    public List<CallVariantsOutput> Predictions { get; } = [];

    public List<Variant> Blocks { get; } = [];

    public string this[string name] => _folder[name];

    public string Folder => _folder.Path;

    /// <summary>Writes records to a new set of shards; gives its spec.</summary>
    public string Write<T>(IReadOnlyList<T> records, int shards, Func<int, int> shardOf)
        where T : Google.Protobuf.IMessage
    {
        string stem = _folder[$"in{_files++}"];
        for (int s = 0; s < shards; s++)
        {
            using var writer = new TfRecordWriter(ShardedName.Shard(stem, s, shards, ".tfrecord.gz"));
            for (int i = 0; i < records.Count; i++)
            {
                if (shardOf(i) == s) writer.Write(records[i]);
            }

            writer.Complete();
        }

        return $"{stem}@{shards}.tfrecord.gz";
    }

    /// <summary>A run over all records; sorted, in one shard each.</summary>
    public PostprocessRun Run(string vcf = "out.vcf", string? gvcf = "out.g.vcf", IReadOnlyList<CallVariantsOutput>? predictions = null, IReadOnlyList<Variant>? blocks = null) => new()
    {
        Reference = _folder["ref.fa"],
        Predictions = Write(predictions ?? Predictions, 1, _ => 0),
        Vcf = _folder[vcf],
        NonVariantRecords = gvcf is null ? null : Write(blocks ?? Blocks, 1, _ => 0),
        Gvcf = gvcf is null ? null : _folder[gvcf],
        Calling = new CallingOptions(),
    };

    public void Dispose() => _folder.Dispose();

    public static List<string[]> Records(string path) => [.. File.ReadLines(path).Where(l => l[0] != '#').Select(l => l.Split('\t'))];

    private string Bases(int length) => new([.. Enumerable.Range(0, length).Select(_ => Letters[_random.Next(4)])]);

    private void AddSites(string contig, string bases, int spacing)
    {
        var used = new HashSet<(long, long)>();
        for (int at = _random.Next(spacing * 2); at + 40 < bases.Length; at += _random.Next(spacing * 2))
        {
            string reference = bases.Substring(at, _random.NextDouble() < 0.3 ? 2 + _random.Next(14) : 1);
            if (!used.Add((at, at + reference.Length))) continue;
            var alternates = new HashSet<string>();
            int count = _random.NextDouble() < 0.7 ? 1 : 2 + _random.Next(2);
            while (alternates.Count < count)
            {
                string alternate = _random.Next(3) switch
                {
                    0 => reference + Bases(1 + _random.Next(3)),
                    1 when reference.Length > 1 => reference[..(1 + _random.Next(reference.Length - 1))],
                    _ => Letters[_random.Next(4)] + reference[1..],
                };
                if (alternate != reference) alternates.Add(alternate);
            }

            AddSite(contig, at, reference, [.. alternates.Order(StringComparer.Ordinal)]);
        }
    }

    private void AddSite(string contig, int at, string reference, string[] alternates)
    {
        var v = new Variant { ReferenceName = contig, Start = at, End = at + reference.Length, ReferenceBases = reference, AlternateBases = { alternates } };
        bool hasReads = _random.NextDouble() < 0.95;
        var depths = new ListValue { Values = { Enumerable.Range(0, alternates.Length + 1).Select(_ => new Value { IntValue = hasReads ? 1 + _random.Next(30) : 0 }) } };
        var fractions = new ListValue { Values = { alternates.Select(_ => new Value { NumberValue = _random.NextDouble() }) } };
        v.Calls.Add(new VariantCall { CallSetName = "s", Genotype = { -1, -1 }, Info = { ["AD"] = depths, ["DP"] = new ListValue { Values = { new Value { IntValue = depths.Values.Sum(d => d.IntValue) } } }, ["VAF"] = fractions } });
        for (int i = 0; i < alternates.Length; i++)
        {
            for (int j = i; j < alternates.Length; j++)
            {
                double[] p = [.. Enumerable.Range(0, 3).Select(_ => Math.Pow(_random.NextDouble(), 6))];
                double sum = p.Sum();
                Predictions.Add(new CallVariantsOutput
                {
                    Variant = v.Clone(),
                    AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { i == j ? [i] : new[] { i, j } } },
                    GenotypeProbabilities = { p.Select(x => Math.Round(x / sum, 7)) },
                });
            }
        }
    }

    private void AddBlocks(string contig, string bases)
    {
        for (int at = 0; at < bases.Length;)
        {
            int end = Math.Min(bases.Length, at + 1 + _random.Next(60));
            Blocks.Add(new Variant
            {
                ReferenceName = contig,
                Start = at,
                End = end,
                ReferenceBases = bases[at].ToString(),
                AlternateBases = { "<*>" },
                Calls = { new VariantCall { CallSetName = "s", Genotype = { 0, 0 }, GenotypeLikelihood = { -0.01, -2 - _random.NextDouble(), -9 }, Info = { ["GQ"] = One(_random.Next(50)), ["MIN_DP"] = One(_random.Next(40)) } } },
            });
            at = end;
        }
    }

    private static ListValue One(int value) => new() { Values = { new Value { IntValue = value } } };

    /// <summary>Text of a file, decompressed if it is.</summary>
    public static string Text(string path)
    {
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress) : File.OpenRead(path);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
