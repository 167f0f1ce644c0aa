using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Hts;

namespace Shrike.EndToEnd;

/// <summary>Sites the user gives (<c>--sites</c>): each has a record, and the calls of the reads are what they are without.</summary>
public sealed class SitesTests
{
    // Reads end at 10,100,096, and behind them are two hundred bases without any.
    private const string Region = "chr20:10,000,001-10,100,300";
    private const string Header = "##fileformat=VCFv4.2\n##contig=<ID=chr20,length=63025520>\n##contig=<ID=chrUnknown,length=1000>\n";
    private static readonly string[] ByDefault = ["run", "--model_type", "WGS"];

    private static string Sites(string path, IEnumerable<string> records, string header = Header)
    {
        using (var writer = new BgzfWriter(path)) writer.Write(Encoding.ASCII.GetBytes(header + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + string.Concat(records.Select(r => r + "\n"))));
        VariantIndex.Build(path, 63_025_520);
        return path;
    }

    private static string Record(int start, string reference, string alternates, string contig = "chr20") =>
        string.Create(CultureInfo.InvariantCulture, $"{contig}\t{start + 1}\t.\t{reference}\t{alternates}\t.\t.\t.");

    private static string[] Inputs(string regions) => ["--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", regions];

    private static string Call(string[] command, string output, string regions, params string[] more)
    {
        ShrikeProgram.Result run = ShrikeProgram.Run([.. command, .. Inputs(regions), "--output_vcf", output, .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Error;
    }

    private static string[] Lines(string path)
    {
        using var text = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress));
        return [.. text.ReadToEnd().Split('\n').Where(l => l.Length > 0 && l[0] != '#')];
    }

    private static bool IsForced(string line) => line.Split('\t')[7] == "FORCED";

    private static string Field(string line, string name) => line.Split('\t')[9].Split(':')[Array.IndexOf(line.Split('\t')[8].Split(':'), name)];

    /// <summary>Every ALT of a file in its shortest and leftmost spelling.</summary>
    private static List<AlleleSpelling> Alleles(string path, ReferenceReader reference, bool isNormalized = false)
    {
        Assert.True(reference.TryGetContig("chr20", out Contig contig));
        using VcfReader reader = VcfReader.Open(path);
        return [.. reader.ReadAll().SelectMany(r => r.Alternates.Where(a => a[0] != '<').Select(a => new AlleleSpelling(r.Start, r.Reference, a)).Select(a => isNormalized ? Shortest(a) : a.Normalize(contig, reference)))];
    }

    private static AlleleSpelling Shortest(AlleleSpelling a)
    {
        while (a.Reference.Length > 1 && a.Alternate.Length > 1 && a.Reference[^1] == a.Alternate[^1]) a = a with { Reference = a.Reference[..^1], Alternate = a.Alternate[..^1] };
        return a;
    }

    /// <summary>The variants of the truth as they stand in its file, and as many alleles that nobody has.</summary>
    private static string RealAndInvented(string path, ReferenceReader reference)
    {
        using VcfReader truth = VcfReader.Open(TestData.PathOf("upstream", "input", "test_nist.b37_chr20_100kbp_at_10mb.vcf.gz"));
        var records = new List<(int Start, string Text)>();
        var random = new Random(11);
        foreach (VcfRecord r in truth.ReadAll())
        {
            string contig = r.Contig.StartsWith("chr", StringComparison.Ordinal) ? r.Contig : "chr" + r.Contig;
            records.Add((r.Start, Record(r.Start, r.Reference, string.Join(',', r.Alternates), contig)));
            if (r.Reference.Length == 1 && r.Alternates is [{ Length: 1 } alternate]) records.Add((r.Start, Record(r.Start, r.Reference, "ACGT".First(b => b != r.Reference[0] && b != alternate[0]).ToString())));
        }

        for (int at = 10_000_020; at < 10_100_290; at += 307)
        {
            string here = Encoding.ASCII.GetString(reference.Fetch("chr20", at, at + 12));
            string other = new([.. "ACGT".Where(b => b != here[0])]);
            string inserted = new([.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => "ACGT"[random.Next(4)])]);
            int deleted = random.Next(1, 7);
            records.Add((at, random.Next(4) switch
            {
                0 => Record(at, here[..1], other[random.Next(3)].ToString()),
                1 => Record(at, here[..1], $"{other[0]},{other[2]}"),

                // Padded on both sides, so that it is not the shortest spelling.
                2 => Record(at, here[..9], here[..3] + inserted + here[3..9]),
                _ => Record(at, here, here[..1] + here[(1 + deleted)..]),
            }));
        }

        return Sites(path, records.OrderBy(r => r.Start).Select(r => r.Text));
    }

    [Fact]
    public void EveryAlleleHasARecordAndTheCallsOfTheReadsDoNotChange()
    {
        using var folder = TestData.Temporary();
        using ReferenceReader reference = ReferenceReader.Open(TestData.Hg19Chr20);
        string sites = RealAndInvented(folder["sites.vcf.gz"], reference);
        Call(ByDefault, folder["without.vcf.gz"], Region);
        foreach (string threads in new[] { "1", "3" }) Call(ByDefault, folder[$"{threads}.vcf.gz"], Region, "--sites", sites, "--output_gvcf", folder[$"{threads}.g.vcf.gz"], "--threads", threads);
        foreach (string end in new[] { ".vcf.gz", ".vcf.gz.tbi", ".g.vcf.gz", ".g.vcf.gz.tbi" }) Assert.Equal(File.ReadAllBytes(folder["1" + end]), File.ReadAllBytes(folder["3" + end]));

        string[] lines = Lines(folder["1.vcf.gz"]);
        string[] forced = [.. lines.Where(IsForced)];
        Assert.Equal(Lines(folder["without.vcf.gz"]), lines.Where(l => !IsForced(l)));
        AlleleSpelling[] given = [.. Alleles(sites, reference).Distinct()];
        foreach (string output in new[] { "1.vcf.gz", "1.g.vcf.gz" })
        {
            List<AlleleSpelling> written = Alleles(folder[output], reference, isNormalized: true);
            Assert.Empty(given.Except(written));
            Assert.Equal(written.Count, written.Distinct().Count());
        }

        // No more are added than it takes.
        AlleleSpelling[] found = [.. Alleles(folder["without.vcf.gz"], reference, isNormalized: true)];
        Assert.Equal(given.Except(found).Count(), forced.Length);
        Assert.True(forced.Length > 400 && given.Intersect(found).Count() > 150, $"{forced.Length} of {given.Length}");
        foreach (string line in forced)
        {
            string[] columns = line.Split('\t');
            int depth = int.Parse(Field(line, "DP"), CultureInfo.InvariantCulture);
            Assert.True(!columns[4].Contains(',') && Field(line, "AD").Split(',').Length == 2 && Field(line, "PL").Split(',').Length == 3 && Field(line, "VAF").Split(',').Length == 1, line);
            if (depth == 0) Assert.True(columns[6] == "NoCall" && Field(line, "GT") == "./." && Field(line, "AD") == "0,0" && Field(line, "GQ") == "0" && columns[5] == "0", line);

            // What nobody has is called in nobody; of the truth only what the reads hide is left for a record of its own.
            if (Field(line, "AD").EndsWith(",0", StringComparison.Ordinal)) Assert.True(columns[6] is "RefCall" or "NoCall", line);
        }

        Assert.True(forced.Count(l => Field(l, "GT") == "0/0") > forced.Length * 9 / 10);
        Assert.DoesNotContain(forced, l => l.Split('\t')[6] == "PASS");
        Assert.Contains(forced, l => Field(l, "DP") == "0");
    }

    [Fact]
    public void BlocksOfTheGvcfAreCutAroundThem()
    {
        using var folder = TestData.Temporary();
        using ReferenceReader reference = ReferenceReader.Open(TestData.Hg19Chr20);
        string sites = RealAndInvented(folder["sites.vcf.gz"], reference);
        Call(ByDefault, folder["o.vcf.gz"], Region, "--sites", sites, "--output_gvcf", folder["o.g.vcf.gz"]);
        int reached = 10_000_000, last = 0, calls = 0;
        foreach (string[] c in Lines(folder["o.g.vcf.gz"]).Select(l => l.Split('\t')))
        {
            int start = int.Parse(c[1], CultureInfo.InvariantCulture) - 1;
            bool isBlock = c[4] == "<*>";
            int end = isBlock ? int.Parse(c[7]["END=".Length..], CultureInfo.InvariantCulture) : start + c[3].Length;
            Assert.True(start >= last, string.Join('\t', c));

            // Every base has a block or a call; only calls may overlap.
            Assert.True(isBlock ? start == reached : start <= reached, string.Join('\t', c));
            (last, reached) = (start, Math.Max(reached, end));
            if (c[7] == "FORCED") calls++;
        }

        Assert.Equal(10_100_300, reached);
        Assert.Equal(Lines(folder["o.vcf.gz"]).Count(IsForced), calls);
    }

    [Fact]
    public void BcftoolsTakesThem()
    {
        using var folder = TestData.Temporary();
        using ReferenceReader reference = ReferenceReader.Open(TestData.Hg19Chr20);
        string sites = RealAndInvented(folder["sites.vcf.gz"], reference);
        Call(ByDefault, folder["o.vcf.gz"], Region, "--sites", sites, "--output_gvcf", folder["o.g.vcf.gz"]);
        Call(ByDefault, folder["o.bcf"], Region, "--sites", sites);
        string plain = BcftoolsTests.Unpacked(folder);
        string[] expected = [.. Lines(folder["o.vcf.gz"]).Where(IsForced)];
        foreach (string name in new[] { "o.vcf.gz", "o.bcf" })
        {
            (int status, string text, string error) = BcftoolsTests.Bcftools("view", "-H", "-i", "FORCED=1", folder[name]);
            Assert.True(status == 0 && error.Length == 0, error);
            Assert.Equal(expected, text.TrimEnd('\n').Split('\n'));
            (status, string indexed, error) = BcftoolsTests.Bcftools("index", "-n", folder[name]);
            Assert.True(status == 0, error);
            Assert.Equal(Lines(folder["o.vcf.gz"]).Length, int.Parse(indexed, CultureInfo.InvariantCulture));
        }

        foreach (string name in new[] { "o.vcf.gz", "o.g.vcf.gz" })
        {
            // Written in the shortest and leftmost way, and splitting and joining finds the numbers of values right.
            (int status, _, string error) = BcftoolsTests.Bcftools("norm", "-c", "e", "-f", plain, "-o", "/dev/null", folder[name]);
            Assert.True(status == 0, error);
            Assert.Matches(@"\d+(/0)+\n", error);
            foreach (string change in new[] { "-m-any", "-m+any" })
            {
                (status, _, error) = BcftoolsTests.Bcftools("norm", change, "-o", "/dev/null", folder[name]);
                Assert.True(status == 0 && !error.Contains("rror", StringComparison.Ordinal), error);
            }
        }
    }

    [Fact]
    public void WithoutASmallModelTheCallsOfTheReadsDoNotChangeEither()
    {
        using var folder = TestData.Temporary();
        using ReferenceReader reference = ReferenceReader.Open(TestData.Hg19Chr20);
        string sites = RealAndInvented(folder["sites.vcf.gz"], reference);
        string[] command = ["run", "--customized_model", RunTests.RandomModel(folder.Path)];
        const string region = "chr20:10,000,001-10,030,000";
        Call(command, folder["without.vcf.gz"], region, "--output_gvcf", folder["without.g.vcf.gz"]);
        Call(command, folder["with.vcf.gz"], region, "--sites", sites, "--output_gvcf", folder["with.g.vcf.gz"], "--threads", "2");
        Assert.Equal(Lines(folder["without.vcf.gz"]), Lines(folder["with.vcf.gz"]).Where(l => !IsForced(l)));
        static IEnumerable<string> Calls(string path) => Lines(path).Where(l => !IsForced(l) && l.Split('\t')[4] != "<*>");
        Assert.Equal(Calls(folder["without.g.vcf.gz"]), Calls(folder["with.g.vcf.gz"]));
        Assert.Contains(Lines(folder["with.vcf.gz"]), IsForced);
    }

    [Fact]
    public void PhasedLongReadsKeepTheirCalls()
    {
        using var folder = TestData.Temporary();
        string reference = TestData.PathOf("upstream", "input", "grch38.chr20_and_21_10M.fa.gz");
        string[] command =
        [
            "run", "--model_type", "PACBIO", "--customized_model", LongReadTests.Model(folder.Path), "--customized_small_model", LongReadTests.SmallModel(folder.Path), "--ref", reference,
            "--reads", TestData.PathOf("upstream", "input", "test_pacbio.chr20_100kbp_at_9mb.bam"), "--regions", "chr20:9,000,001-9,030,000", "--output_phase_info", "--alt_aligned_pileup=none",
        ];
        var records = new List<string>();
        using (ReferenceReader bases = ReferenceReader.Open(reference))
        {
            for (int at = 9_000_100; at < 9_030_000; at += 250) records.Add(Encoding.ASCII.GetString(bases.Fetch("chr20", at, at + 1)) is var here ? Record(at, here, here == "A" ? "C" : "A") : "");
        }

        string sites = Sites(folder["sites.vcf.gz"], records);
        foreach ((string name, string[] more) in new[] { ("without", Array.Empty<string>()), ("with", ["--sites", sites]) })
        {
            ShrikeProgram.Result run = ShrikeProgram.Run([.. command, "--output_vcf", folder[name + ".vcf.gz"], .. more]);
            Assert.True(run.ExitCode == 0, run.Error);
        }

        string[] lines = Lines(folder["with.vcf.gz"]);
        Assert.Equal(Lines(folder["without.vcf.gz"]), lines.Where(l => !IsForced(l)));
        Assert.Contains(lines, l => Field(l, "GT").Contains('|', StringComparison.Ordinal));
        Assert.InRange(lines.Count(IsForced), records.Count - 5, records.Count);
    }

    [Fact]
    public void FewReadsAreCountedAndNoneIsNoCall()
    {
        using var folder = TestData.Temporary();
        string sites = Sites(folder["sites.vcf.gz"],
        [
            Record(10_004_192, "G", "C"),
            Record(10_068_737, "C", "A,G"),
            Record(10_069_850, "G", "T"),
            Record(10_100_199, "G", "C"),
        ]);
        string log = Call(ByDefault, folder["o.vcf"], Region, "--sites", sites);
        string[] lines = [.. File.ReadAllLines(folder["o.vcf"]).Where(l => l[0] != '#' && IsForced(l))];
        Assert.Equal(["10004193 G>C 19,2 43", "10068738 C>A 36,3 39", "10068738 C>G 36,0 39", "10069851 G>T 59,1 60"], lines[..^1].Select(l => l.Split('\t') is var c ? $"{c[1]} {c[3]}>{c[4]} {Field(l, "AD")} {Field(l, "DP")}" : ""));
        Assert.All(lines[..^1], l => Assert.Equal(("0/0", "RefCall"), (Field(l, "GT"), l.Split('\t')[6])));
        Assert.Equal("chr20\t10100200\t.\tG\tC\t0\tNoCall\tFORCED\tGT:GQ:DP:AD:VAF:PL\t./.:0:0:0,0:0:0,0,0", lines[^1]);
        Assert.Contains("5 alleles in the regions: 0 in the calls of the reads, 5 in records of their own", log, StringComparison.Ordinal);
        Assert.Contains("##INFO=<ID=FORCED,Number=0,Type=Flag", File.ReadAllText(folder["o.vcf"]), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeCalledIsSaidInALineEach()
    {
        using var folder = TestData.Temporary();
        using ReferenceReader reference = ReferenceReader.Open(TestData.Hg19Chr20);
        string At(int start, int length) => Encoding.ASCII.GetString(reference.Fetch("chr20", start, start + length));
        string two = At(10_002_000, 2);
        string swapped = string.Concat(two.Select(b => b == 'A' ? 'C' : 'A'));
        string sites = Sites(folder["sites.vcf.gz"],
        [
            Record(9_000_000, At(9_000_000, 1), "<DEL>"),
            Record(10_001_000, "N", "<DEL>"),
            Record(10_001_500, At(10_001_500, 1), "*"),
            Record(10_001_600, At(10_001_600, 1), "."),
            Record(10_002_000, two, swapped),
            Record(10_003_000, At(10_003_000, 1), "ACGT".First(b => b != At(10_003_000, 1)[0]) + ",<*>"),
            Record(5, "A", "C", "chrUnknown"),
        ]);
        string log = Call(ByDefault, folder["o.vcf.gz"], "chr20:10,000,001-10,005,000", "--sites", sites);
        Assert.Contains("sites on chrUnknown have no record", log, StringComparison.Ordinal);
        Assert.Contains("4 alleles without bases that a read could show, the first chr20:10001001 N><DEL>", log, StringComparison.Ordinal);
        Assert.Contains($"1 allele neither one base for another nor an insertion or deletion, the first chr20:10002001 {two}>{swapped}: their records are no-calls", log, StringComparison.Ordinal);
        Assert.Contains("5 of 7 sites lie in the regions", log, StringComparison.Ordinal);
        string[] lines = [.. Lines(folder["o.vcf.gz"]).Where(IsForced)];
        Assert.Equal(2, lines.Length);
        Assert.StartsWith($"chr20\t10002001\t.\t{two}\t{swapped}\t0\tNoCall\tFORCED\tGT:GQ:DP:AD:VAF:PL\t./.:0:", lines[0], StringComparison.Ordinal);
        Assert.NotEqual("0", Field(lines[0], "DP"));

        Assert.Contains("no site lies in the regions", Call(ByDefault, folder["o.vcf.gz"], "chr20:10,010,001-10,012,000", "--sites", sites), StringComparison.Ordinal);
    }

    [Fact]
    public void BadSitesAreRefusedBeforeAnyWork()
    {
        using var folder = TestData.Temporary();
        using var elsewhere = TestData.Temporary();
        using ReferenceReader reference = ReferenceReader.Open(TestData.Hg19Chr20);
        string first = Encoding.ASCII.GetString(reference.Fetch("chr20", 10_001_000, 10_001_001));
        string wrong = first == "A" ? "C" : "A";
        string another = "ACGT".First(b => b != first[0]).ToString();
        File.WriteAllText(elsewhere["foreign.vcf.gz"], "no variants at all");
        string indexed = Sites(elsewhere["indexed.vcf.gz"], [Record(10_001_000, first, another)]);
        File.Copy(indexed, elsewhere["noindex.vcf.gz"]);

        // Both lines of one block are as long, so the index of the sorted file fits.
        string second = Encoding.ASCII.GetString(reference.Fetch("chr20", 10_002_000, 10_002_001));
        string[] pair = [Record(10_001_000, first, another), Record(10_002_000, second, "ACGT".First(b => b != second[0]).ToString())];
        string unsorted = Sites(elsewhere["unsorted.vcf.gz"], pair);
        byte[] index = File.ReadAllBytes(unsorted + ".tbi");
        using (var writer = new BgzfWriter(unsorted)) writer.Write(Encoding.ASCII.GetBytes(Header + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + pair[1] + "\n" + pair[0] + "\n"));
        File.WriteAllBytes(unsorted + ".tbi", index);
        void Fails(int code, string says, string sites, string output = "o.vcf.gz", params string[] more)
        {
            ShrikeProgram.Result run = ShrikeProgram.Run([.. ByDefault, .. Inputs("chr20:10,000,001-10,005,000"), "--output_vcf", Path.IsPathRooted(output) ? output : folder[output], "--sites", sites, .. more]);
            Assert.True(code == run.ExitCode && run.Error.Contains(says, StringComparison.Ordinal) && run.Error.TrimEnd('\n').Split('\n').Length == 1, $"expected {code} \"{says}\", got {run.ExitCode}: {run.Error}");
            Assert.Empty(Directory.GetFiles(folder.Path));
        }

        Fails(4, "no such file", elsewhere["missing.vcf.gz"]);
        Fails(3, "not a VCF", elsewhere["foreign.vcf.gz"]);
        Fails(2, "bcftools index", elsewhere["noindex.vcf.gz"]);
        Fails(3, $"1 allele with another REF than the reference, the first chr20:10001001 {wrong}>{first}", Sites(elsewhere["wrong.vcf.gz"], [Record(10_001_000, wrong, first)]));
        Fails(3, "1 allele with another REF than the reference, the first chr20:63025521 A>C", Sites(elsewhere["behind.vcf.gz"], [Record(63_025_520, "A", "C")]), "o.vcf.gz", "--regions", "chr20:63,025,000-63,025,520");
        Fails(2, "none of its sites lie on the reference", Sites(elsewhere["renamed.vcf.gz"], [Record(10_001_000, first, another, "20")], "##fileformat=VCFv4.2\n##contig=<ID=20,length=63025520>\n"));
        Fails(3, "sites must be sorted", unsorted);
        Fails(2, "same name as an input", indexed, indexed);
        Fails(2, "same name as an input", indexed, indexed + ".tbi");
    }

    [Fact]
    public void AnExplanationIsOfWhatTheReadsBring()
    {
        using var folder = TestData.Temporary();
        string sites = Sites(folder["sites.vcf.gz"], [Record(10_004_192, "G", "C")]);
        string[] command = ["explain", "chr20:10004193", "--model_type", "WGS", .. Inputs("chr20:10,000,001-10,010,000")];
        ShrikeProgram.Result without = ShrikeProgram.Run(command);
        ShrikeProgram.Result with = ShrikeProgram.Run([.. command, "--sites", sites]);
        Assert.Equal((0, without.Output), (with.ExitCode, with.Output));
        Assert.Contains("--sites: explained is what the reads bring", with.Error, StringComparison.Ordinal);
    }
}
