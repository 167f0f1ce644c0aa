using System.Reflection;
using System.Runtime.InteropServices;
using Shrike.Core;

namespace Shrike.Hts.Native;

/// <summary>
/// The functions and structures of htslib (1.16 or later, <c>libhts.so.3</c>) that Shrike uses. Nothing outside this
/// room sees them. The library's own log is silenced: every failure becomes a <see cref="ShrikeException"/>.
/// </summary>
internal static unsafe partial class LibHts
{
    private const string Library = "hts";
    private const string NoReferencePath = "/nonexistent/shrike-uses-the-given-reference-only";

    static LibHts()
    {
        // Nothing here may load the library: a failure in a static constructor would hide its message.
        NativeLibrary.SetDllImportResolver(typeof(LibHts).Assembly, Resolve);

        // CRAM must decode against the given reference; an unset REF_PATH makes htslib ask a server.
        _ = setenv("REF_PATH", NoReferencePath, 1);
        _ = setenv("REF_CACHE", NoReferencePath, 1);
    }

    /// <summary>Loads the library now; throws a message with causes and cures if that fails.</summary>
    public static void EnsureLoaded() => _ = hts_version();

    /// <summary>Address of an exported function, for htslib's call-backs.</summary>
    public static nint Export(string name) => NativeLibrary.GetExport(Resolve(Library, typeof(LibHts).Assembly, null), name);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Library) return 0;
        var tried = new List<string>();
        foreach (string candidate in Candidates())
        {
            if (NativeLibrary.TryLoad(candidate, out nint handle))
            {
                Silence(handle);
                return handle;
            }

            tried.Add(candidate);
        }

        throw new ShrikeException(
            ExitCode.Usage,
            $"htslib not found (tried {string.Join(", ", tried)}): apt-get install libhts3, or conda install -c bioconda htslib, or set SHRIKE_HTSLIB to the library file");
    }

    private static void Silence(nint library) => ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "hts_set_log_level"))(0);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("SHRIKE_HTSLIB") is { Length: > 0 } named)
        {
            // A named file that does not load must not be replaced by another in silence.
            yield return named;
            yield break;
        }

        string extension = OperatingSystem.IsMacOS() ? "3.dylib" : "so.3";
        string file = OperatingSystem.IsMacOS() ? $"libhts.{extension}" : "libhts.so.3";
        yield return Path.Combine(AppContext.BaseDirectory, file);
        yield return file;
        yield return OperatingSystem.IsMacOS() ? "libhts.dylib" : "libhts.so";
        if (Environment.GetEnvironmentVariable("CONDA_PREFIX") is { Length: > 0 } conda) yield return Path.Combine(conda, "lib", file);
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct KString
    {
        public nuint Length;
        public nuint Capacity;
        public byte* Text;

        public readonly ReadOnlySpan<byte> Span => new(Text, checked((int)Length));
    }

    /// <summary>bam1_t with its core.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Bam
    {
        public long Position;
        public int TargetId;
        public ushort Bin;
        public byte MappingQuality;
        public byte ExtraNuls;
        public ushort Flags;
        public ushort NameLength;
        public uint CigarCount;
        public int SequenceLength;
        public int MateTargetId;
        public long MatePosition;
        public long TemplateLength;
        public ulong Id;
        public byte* Data;
        public int DataLength;
        public uint DataCapacity;
    }

    /// <summary>The head of htsFile.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct HtsFile
    {
        public uint Bits;
        public long LineNumber;
        public KString Line;
        public nint FileName;
        public nint AuxiliaryName;
        public nint Stream;

        public readonly bool IsCram => (Bits & 8) != 0;

        public readonly bool IsBgzf => (Bits & 16) != 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct HtsFormat
    {
        public int Category;
        public int Format;
        public short Major;
        public short Minor;
        public int Compression;
    }

    public const int CategorySequenceData = 1;
    public const int CategoryVariantData = 2;
    public const int FormatBcf = 9;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    public static partial void free(void* pointer);

    [LibraryImport(Library)]
    public static partial nint hts_version();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial HtsFile* hts_open(string path, string mode);

    [LibraryImport(Library)]
    public static partial int hts_close(HtsFile* file);

    [LibraryImport(Library)]
    public static partial HtsFormat* hts_get_format(HtsFile* file);

    [LibraryImport(Library)]
    public static partial int hts_check_EOF(HtsFile* file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int hts_set_fai_filename(HtsFile* file, string path);

    [LibraryImport(Library)]
    public static partial int hts_getline(HtsFile* file, int delimiter, KString* line);

    [LibraryImport(Library)]
    public static partial void hts_idx_destroy(nint index);

    [LibraryImport(Library)]
    public static partial nint hts_itr_query(nint index, int target, long begin, long end, nint readRecord);

    [LibraryImport(Library)]
    public static partial int hts_itr_next(nint bgzf, nint iterator, void* record, void* data);

    [LibraryImport(Library)]
    public static partial void hts_itr_destroy(nint iterator);

    [LibraryImport(Library)]
    public static partial int hts_idx_get_stat(nint index, int target, ulong* mapped, ulong* unmapped);

    [LibraryImport(Library)]
    public static partial nint sam_hdr_read(HtsFile* file);

    [LibraryImport(Library)]
    public static partial nint sam_hdr_parse(nuint length, byte* text);

    [LibraryImport(Library)]
    public static partial int sam_hdr_write(HtsFile* file, nint header);

    [LibraryImport(Library)]
    public static partial int sam_write1(HtsFile* file, nint header, Bam* record);

    [LibraryImport(Library)]
    public static partial int bam_set1(
        Bam* record, nuint nameLength, byte* name, ushort flags, int target, long position, byte mappingQuality, nuint cigarCount, uint* cigar, int mateTarget, long matePosition,
        long templateLength, nuint length, byte* bases, byte* qualities, nuint auxLength);

    [LibraryImport(Library)]
    public static partial void sam_hdr_destroy(nint header);

    [LibraryImport(Library)]
    public static partial byte* sam_hdr_str(nint header);

    [LibraryImport(Library)]
    public static partial int sam_hdr_nref(nint header);

    [LibraryImport(Library)]
    public static partial byte* sam_hdr_tid2name(nint header, int target);

    [LibraryImport(Library)]
    public static partial long sam_hdr_tid2len(nint header, int target);

    [LibraryImport(Library)]
    public static partial Bam* bam_init1();

    [LibraryImport(Library)]
    public static partial void bam_destroy1(Bam* record);

    [LibraryImport(Library)]
    public static partial byte* bam_aux_get(Bam* record, byte* tag);

    [LibraryImport(Library)]
    public static partial long bam_aux2i(byte* field);

    [LibraryImport(Library)]
    public static partial byte* bam_aux2Z(byte* field);

    [LibraryImport(Library)]
    public static partial int sam_read1(HtsFile* file, nint header, Bam* record);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint sam_index_load3(HtsFile* file, string path, string? indexPath, int flags);

    [LibraryImport(Library)]
    public static partial nint sam_itr_queryi(nint index, int target, long begin, long end);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sam_index_build3(string path, string? indexPath, int minShift, int threads);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial nint fai_load3(string path, string? fai, string? gzi, int flags);

    [LibraryImport(Library)]
    public static partial void fai_destroy(nint index);

    [LibraryImport(Library)]
    public static partial int faidx_nseq(nint index);

    [LibraryImport(Library)]
    public static partial byte* faidx_iseq(nint index, int i);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int faidx_seq_len(nint index, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte* faidx_fetch_seq64(nint index, string name, long begin, long lastInclusive, long* length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial nint bgzf_open(string path, string mode);

    [LibraryImport(Library)]
    public static partial nint bgzf_read(nint file, byte* data, nuint length);

    [LibraryImport(Library)]
    public static partial int bgzf_useek(nint file, long offset, int whence);

    /// <summary>0 for plain text, 1 for gzip, 2 for BGZF.</summary>
    [LibraryImport(Library)]
    public static partial int bgzf_compression(nint file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int bgzf_index_load(nint file, string path, string suffix);

    [LibraryImport(Library)]
    public static partial nint bgzf_write(nint file, byte* data, nuint length);

    [LibraryImport(Library)]
    public static partial int bgzf_flush(nint file);

    [LibraryImport(Library)]
    public static partial int bgzf_close(nint file);

    [LibraryImport(Library)]
    public static partial int bgzf_compress(byte* target, nuint* targetLength, byte* source, nuint sourceLength, int level);

    [LibraryImport(Library)]
    public static partial nint hts_md5_init();

    [LibraryImport(Library)]
    public static partial void hts_md5_update(nint state, byte* data, nuint length);

    [LibraryImport(Library)]
    public static partial void hts_md5_final(byte* digest, nint state);

    [LibraryImport(Library)]
    public static partial void hts_md5_destroy(nint state);

    [LibraryImport(Library)]
    public static partial nint hts_idx_init(int targets, int format, ulong offset, int minShift, int levels);

    [LibraryImport(Library)]
    public static partial int hts_idx_push(nint index, int target, long begin, long end, ulong offset, int isMapped);

    [LibraryImport(Library)]
    public static partial int hts_idx_finish(nint index, ulong offset);

    [LibraryImport(Library)]
    public static partial int hts_idx_set_meta(nint index, uint length, byte* meta, int isCopied);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int hts_idx_save_as(nint index, string path, string indexPath, int format);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint bcf_hdr_init(string mode);

    [LibraryImport(Library)]
    public static partial int bcf_hdr_parse(nint header, byte* text);

    [LibraryImport(Library)]
    public static partial int bcf_hdr_write(HtsFile* file, nint header);

    [LibraryImport(Library)]
    public static partial int vcf_parse(KString* line, nint header, nint record);

    [LibraryImport(Library)]
    public static partial int bcf_write(HtsFile* file, nint header, nint record);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int bcf_index_build3(string path, string? indexPath, int minShift, int threads);

    /// <summary>tbx_conf_t: preset, columns (1-based), comment character and lines to skip.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TabixConfiguration
    {
        public int Preset;
        public int SequenceColumn;
        public int BeginColumn;
        public int EndColumn;
        public int MetaCharacter;
        public int LinesToSkip;

        /// <summary>TBX_VCF with the columns of VCF.</summary>
        public static TabixConfiguration Vcf => new() { Preset = 2, SequenceColumn = 1, BeginColumn = 2, EndColumn = 0, MetaCharacter = '#', LinesToSkip = 0 };
    }

    /// <summary>The head of tbx_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Tabix
    {
        public TabixConfiguration Configuration;
        public nint Index;
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int tbx_index_build3(string path, string? indexPath, int minShift, int threads, TabixConfiguration* configuration);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial Tabix* tbx_index_load3(string path, string? indexPath, int flags);

    [LibraryImport(Library)]
    public static partial void tbx_destroy(Tabix* index);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int tbx_name2id(Tabix* index, string name);

    [LibraryImport(Library)]
    public static partial nint* tbx_seqnames(Tabix* index, int* count);

    [LibraryImport(Library)]
    public static partial nint bcf_hdr_read(HtsFile* file);

    [LibraryImport(Library)]
    public static partial void bcf_hdr_destroy(nint header);

    [LibraryImport(Library)]
    public static partial int bcf_hdr_format(nint header, int isBcf, KString* text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int bcf_hdr_id2int(nint header, int type, string id);

    /// <summary>BCF_DT_CTG, the dictionary of contigs.</summary>
    public const int BcfContigs = 1;

    [LibraryImport(Library)]
    public static partial nint bcf_init();

    [LibraryImport(Library)]
    public static partial void bcf_destroy(nint record);

    [LibraryImport(Library)]
    public static partial int bcf_read(HtsFile* file, nint header, nint record);

    [LibraryImport(Library)]
    public static partial int vcf_format(nint header, nint record, KString* text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint bcf_index_load3(string path, string? indexPath, int flags);

    /// <summary>Flag of the *_load3 functions: no message when an index is missing.</summary>
    public const int IndexSilentFailure = 2;
}
