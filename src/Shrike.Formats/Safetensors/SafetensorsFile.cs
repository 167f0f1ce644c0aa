using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Shrike.Core;

namespace Shrike.Formats.Safetensors;

/// <summary>A named array of float32, or of bytes with a sign that are kept as float32.</summary>
/// <param name="Shape">Dimensions.</param>
/// <param name="Values">Values, last dimension fastest.</param>
public sealed record Tensor(int[] Shape, float[] Values)
{
    /// <summary>The values are whole numbers from -128 to 127 and take a byte each in a file.</summary>
    public bool IsInt8 { get; init; }

    /// <summary>Number of values a shape has.</summary>
    public static long Size(IEnumerable<int> shape) => shape.Aggregate(1L, (n, d) => n * d);
}

/// <summary>
/// The safetensors format, float32 and int8 only: a length, a JSON header with name, type, shape and place of every tensor,
/// then the data. Written with names in ascending order, so equal weights give equal bytes.
/// </summary>
public static class SafetensorsFile
{
    private const long MaxHeader = 100_000_000;
    private const string Float32 = "F32";
    private const string Int8 = "I8";

    /// <summary>Writes tensors; the file appears when whole.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var file = new AtomicFile(path);
        using (FileStream stream = file.OpenWrite()) Write(stream, tensors);
        file.Complete();
    }

    private static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors)
    {
        KeyValuePair<string, Tensor>[] sorted = [.. tensors.OrderBy(t => t.Key, StringComparer.Ordinal)];
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            long at = 0;
            writer.WriteStartObject();
            foreach ((string name, Tensor tensor) in sorted)
            {
                writer.WriteStartObject(name);
                writer.WriteString("dtype", tensor.IsInt8 ? Int8 : Float32);
                writer.WriteStartArray("shape");
                foreach (int d in tensor.Shape) writer.WriteNumberValue(d);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(at);
                writer.WriteNumberValue(at += tensor.Values.Length * (tensor.IsInt8 ? 1L : 4L));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        string header = Encoding.UTF8.GetString(json.ToArray());
        byte[] padded = Encoding.UTF8.GetBytes(header + new string(' ', (8 - (Encoding.UTF8.GetByteCount(header) % 8)) % 8));
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded.Length);
        stream.Write(length);
        stream.Write(padded);
        foreach ((_, Tensor tensor) in sorted) stream.Write(tensor.IsInt8 ? MemoryMarshal.AsBytes(Array.ConvertAll(tensor.Values, v => checked((sbyte)v)).AsSpan()) : MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
    }

    /// <summary>Reads all tensors.</summary>
    /// <exception cref="ShrikeException">The file is damaged, or holds something other than float32 and int8.</exception>
    public static Dictionary<string, Tensor> Read(string path) => Parse(path, ReadBytes(path));

    /// <summary>The same for a file that has been read.</summary>
    internal static Dictionary<string, Tensor> Parse(string path, byte[] bytes)
    {
        ShrikeException Damaged(string why) => ShrikeException.InvalidData($"{path}: is not a safetensors file of float32 or int8 weights: {why}");
        if (bytes.Length < 8) throw Damaged("it is shorter than its header");
        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (length is < 2 or > MaxHeader || length > bytes.Length - 8) throw Damaged("the length of its header is impossible");
        ReadOnlySpan<byte> data = bytes.AsSpan(8 + (int)length);
        var tensors = new Dictionary<string, Tensor>();
        long end = 0;
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, (int)length));
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__") continue;
                string? type = entry.Value.GetProperty("dtype").GetString();
                if (type is not (Float32 or Int8)) throw Damaged($"{entry.Name} is of type {type}");
                int size = type == Int8 ? 1 : 4;
                int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
                long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt64())];
                if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.Length || shape.Any(d => d < 0)
                    || Tensor.Size(shape) * size != offsets[1] - offsets[0])
                {
                    throw Damaged($"the place of {entry.Name} does not fit its shape or the file");
                }

                ReadOnlySpan<byte> values = data[(int)offsets[0]..(int)offsets[1]];
                Tensor tensor = type == Int8
                    ? new Tensor(shape, Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(values).ToArray(), v => (float)v)) { IsInt8 = true }
                    : new Tensor(shape, MemoryMarshal.Cast<byte, float>(values).ToArray());
                if (!tensors.TryAdd(entry.Name, tensor)) throw Damaged($"{entry.Name} is there twice");
                end = Math.Max(end, offsets[1]);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Damaged(e.Message);
        }

        return end == data.Length ? tensors : throw Damaged("there are bytes that belong to no tensor");
    }

    /// <summary>SHA-256 of a file, lower-case hexadecimal.</summary>
    public static string Sha256(string path) => Core.Sha256.Hex(ReadBytes(path));

    /// <summary>SHA-256 of the file these tensors would make.</summary>
    public static string Sha256(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var hash = new Core.Sha256();
        Write(hash, tensors);
        return hash.Finish();
    }

    internal static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
