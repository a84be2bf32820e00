using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SkinClassifier.Server.Inference;

/// <summary>The images of an inference request: encoded files (BYTES), or pixels (FP32 [N,3,H,W], RGB, 0 to 255).</summary>
internal sealed class InferenceInput
{
    /// <summary>Name of the one input.</summary>
    public const string Name = "image";

    /// <summary>Most images of a request.</summary>
    public const int MaxImages = 256;

    /// <summary>Encoded images; empty where pixels were sent.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Files { get; private init; } = [];

    /// <summary>Pixels of each image, [3,H,W]; empty where files were sent.</summary>
    public IReadOnlyList<ReadOnlyMemory<float>> Pixels { get; private init; } = [];

    /// <summary>Number of images.</summary>
    public int Count => Math.Max(Files.Count, Pixels.Count);

    /// <summary>Reads the one input of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="binary">What follows its JSON.</param>
    /// <param name="height">H of the model.</param>
    /// <param name="width">W of the model.</param>
    /// <exception cref="InferenceException">It is none that the model takes.</exception>
    public static InferenceInput Read(InferenceRequest request, ReadOnlyMemory<byte> binary, int height, int width)
    {
        if (request.Inputs is not [{ Name: Name } tensor])
            throw new InferenceException($"inputs: expected one tensor \"{Name}\", received "
                + $"{(request.Inputs.Count == 0 ? "none" : string.Join(", ", request.Inputs.Select(i => $"\"{i.Name}\"")))}.");
        long count = tensor.Shape.Count > 0 ? tensor.Shape[0] : 0;
        if (count is < 1 or > MaxImages)
            throw new InferenceException($"inputs, \"{Name}\": expected 1 to {MaxImages} images, received shape {Text(tensor.Shape)}.");
        int? binaryBytes = null;
        if (tensor.Parameters?.TryGetValue("binary_data_size", out JsonElement size) == true)
        {
            if (!size.TryGetInt32(out int bytes) || bytes != binary.Length)
                throw new InferenceException(
                    $"inputs, \"{Name}\": binary_data_size: expected the {binary.Length} bytes that follow the JSON, received {size}.");
            binaryBytes = bytes;
        }
        else if (tensor.Data.ValueKind != JsonValueKind.Array)
            throw new InferenceException($"inputs, \"{Name}\": expected data as an array, or binary_data_size and bytes after the JSON, received neither.");
        return tensor.Datatype switch
        {
            "BYTES" when tensor.Shape is [_] or [_, 1] => new InferenceInput
            {
                Files = binaryBytes is null ? Strings(tensor.Data, (int)count) : Elements(binary, (int)count),
            },
            "FP32" when tensor.Shape is [_, 3, var h, var w] && h == height && w == width => new InferenceInput
            {
                Pixels = Split(binaryBytes is null ? Numbers(tensor.Data, count * 3 * height * width) : Floats(binary, count * 3 * height * width), (int)count),
            },
            _ => throw new InferenceException($"inputs, \"{Name}\": expected BYTES [N] (image files) or FP32 [N,3,{height},{width}] (RGB, 0 to 255), received "
                + $"{tensor.Datatype} {Text(tensor.Shape)}."),
        };
    }

    private static string Text(IReadOnlyList<long> shape) => $"[{string.Join(',', shape.Select(l => l.ToString(CultureInfo.InvariantCulture)))}]";

    private static ReadOnlyMemory<byte>[] Strings(JsonElement data, int count)
    {
        // [["…"],["…"]] for shape [N,1] is flattened, as the protocol allows.
        JsonElement[] items = [.. Flat(data)];
        if (items.Length != count || items.Any(i => i.ValueKind != JsonValueKind.String))
            throw new InferenceException($"inputs, \"{Name}\": expected {count} texts with image files in base64, received {items.Length} values.");
        return [.. items.Select((item, i) => item.TryGetBytesFromBase64(out byte[]? file) ? new ReadOnlyMemory<byte>(file)
            : throw new InferenceException($"inputs, \"{Name}\", element {i}: expected an image file in base64, received another text."))];
    }

    private static ReadOnlyMemory<byte>[] Elements(ReadOnlyMemory<byte> binary, int count)
    {
        ReadOnlyMemory<byte>[] files = new ReadOnlyMemory<byte>[count];
        ReadOnlyMemory<byte> rest = binary;
        for (int i = 0; i < count; i++)
        {
            uint length = rest.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(rest.Span);
            if (length > rest.Length - 4)
                throw new InferenceException($"inputs, \"{Name}\", element {i}: expected 4 bytes of length and so many bytes, received {rest.Length} bytes.");
            files[i] = rest.Slice(4, (int)length);
            rest = rest[(4 + (int)length)..];
        }
        return rest.IsEmpty ? files : throw new InferenceException($"inputs, \"{Name}\": expected {count} elements, received {rest.Length} bytes more.");
    }

    private static float[] Numbers(JsonElement data, long expected)
    {
        float[] values = new float[expected];
        long count = 0;
        foreach (JsonElement item in Flat(data))
        {
            if (count < expected && (item.ValueKind != JsonValueKind.Number || !item.TryGetSingle(out values[count])))
                throw new InferenceException($"inputs, \"{Name}\", element {count}: expected a number, received {item}.");
            count++;
        }
        return count == expected ? values : throw new InferenceException($"inputs, \"{Name}\": expected {expected} numbers, received {count}.");
    }

    private static float[] Floats(ReadOnlyMemory<byte> binary, long expected) => binary.Length == 4 * expected
        ? MemoryMarshal.Cast<byte, float>(binary.Span).ToArray()
        : throw new InferenceException($"inputs, \"{Name}\": expected {4 * expected} bytes for {expected} numbers, received {binary.Length}.");

    private static ReadOnlyMemory<float>[] Split(float[] values, int count)
    {
        int length = values.Length / count;
        return [.. Enumerable.Range(0, count).Select(i => new ReadOnlyMemory<float>(values, i * length, length))];
    }

    private static IEnumerable<JsonElement> Flat(JsonElement data) => data.ValueKind != JsonValueKind.Array ? [data] : data.EnumerateArray().SelectMany(Flat);
}
