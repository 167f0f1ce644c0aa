using System.Runtime.InteropServices;
using Shrike.Core;

namespace Shrike.Training.Data;

/// <summary>
/// Images in random order, another one every epoch, however many there are: each goes to a random one of some bucket files; an
/// epoch takes the buckets in random order and shuffles each in memory. Order follows from seed and epoch alone.
/// </summary>
public sealed class ShuffledImages : IDisposable
{
    private const long BucketBytes = 64L << 20;
    private const int MostBuckets = 256;
    private const int BatchesOfRun = 24;
    private readonly string _folder;
    private readonly int _seed;
    private readonly long[] _counts;

    /// <summary>Copies images into bucket files.</summary>
    /// <param name="folder">A folder to make; deleted when done.</param>
    /// <param name="images">The images.</param>
    /// <param name="expectedBytes">About how many bytes they have; decides the number of buckets. About a 256th of the data, or 64 MiB, is held in memory.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="cancellation">Gives up, and leaves nothing behind.</param>
    /// <exception cref="ShrikeException">A bucket cannot be written, e.g. because the disk is full (exit 4).</exception>
    public ShuffledImages(string folder, IEnumerable<LabelledImage> images, long expectedBytes, int seed, CancellationToken cancellation = default)
    {
        _folder = folder;
        _seed = seed;
        _counts = new long[(int)Math.Clamp((expectedBytes / BucketBytes) + 1, 1, MostBuckets)];
        var buckets = new FileStream[_counts.Length];
        var random = new Random(Seeds.Mix(seed, -1));
        try
        {
            Directory.CreateDirectory(folder);
            for (int b = 0; b < buckets.Length; b++) buckets[b] = new FileStream(PathOf(b), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            foreach (LabelledImage image in images)
            {
                cancellation.ThrowIfCancellationRequested();
                int b = random.Next(buckets.Length);
                image.Write(buckets[b]);
                _counts[b]++;
                Checksum = Mixed(Mixed(Checksum, image.Label), image.Rows);
                ByClass[(image.Kind, image.Label)] = ByClass.GetValueOrDefault((image.Kind, image.Label)) + 1;
            }

            foreach (FileStream bucket in buckets) bucket.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw ShrikeException.InputOutput($"{folder}: images cannot be shuffled there: {e.Message}", e);
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            foreach (FileStream? bucket in buckets) Close(bucket);
        }

        Count = _counts.Sum();
    }

    /// <summary>Number of images.</summary>
    public long Count { get; }

    /// <summary>Of labels and images, in the order of the input.</summary>
    public ulong Checksum { get; private set; } = 14695981039346656037;

    /// <summary>Images by kind and label.</summary>
    public SortedDictionary<(VariantKind Kind, int Label), long> ByClass { get; } = [];

    /// <summary>The images of an epoch, from one of them on.</summary>
    public IEnumerable<LabelledImage> Epoch(int epoch, long first)
    {
        var random = new Random(Seeds.Mix(_seed, epoch));
        int[] order = [.. Enumerable.Range(0, _counts.Length)];
        random.Shuffle(order);
        foreach (int b in order)
        {
            int seed = random.Next();
            if (first >= _counts[b])
            {
                first -= _counts[b];
                continue;
            }

            LabelledImage[] images = [.. LabelledImage.ReadAll(PathOf(b))];
            new Random(seed).Shuffle(images);
            for (; first < images.Length; first++) yield return images[first];
            first = 0;
        }
    }

    /// <summary>
    /// The batches of an epoch, from one of them on. Batches hold images of about the same height, because a batch costs what
    /// its highest image costs: runs of images are sorted by height, cut into batches, and those shuffled.
    /// </summary>
    /// <param name="epoch">Which epoch.</param>
    /// <param name="first">First batch to give.</param>
    /// <param name="size">Images of a batch; a rest that fills none is left out.</param>
    public IEnumerable<LabelledImage[]> Batches(int epoch, long first, int size)
    {
        long run = first / BatchesOfRun;
        int skip = (int)(first % BatchesOfRun);
        foreach (LabelledImage[] images in Epoch(epoch, run * BatchesOfRun * size).Chunk(BatchesOfRun * size))
        {
            LabelledImage[][] batches = [.. images.Take(images.Length / size * size).OrderBy(i => i.Rows.Length).Chunk(size)];
            new Random(Seeds.Mix(_seed + epoch, run++)).Shuffle(batches);
            for (; skip < batches.Length; skip++) yield return batches[skip];
            skip = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static ulong Mixed(ulong sum, ulong value) => (sum ^ value) * 1099511628211;

    /// <summary>FNV-1a over words of eight bytes and the rest.</summary>
    private static ulong Mixed(ulong sum, ReadOnlySpan<byte> bytes)
    {
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes)) sum = Mixed(sum, word);
        foreach (byte rest in bytes[(bytes.Length / 8 * 8)..]) sum = Mixed(sum, rest);
        return sum;
    }

    /// <summary>Closes a bucket; what could not be written has been reported already.</summary>
    private static void Close(FileStream? bucket)
    {
        try
        {
            bucket?.Dispose();
        }
        catch (IOException)
        {
        }
    }

    private string PathOf(int bucket) => Path.Combine(_folder, $"bucket-{bucket:D3}");
}
