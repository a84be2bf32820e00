using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Reads and writes NumPy's files of float32 arrays (C order).</summary>
internal static partial class NpyFile
{
    public static Tensor Read(string path) => Read(File.ReadAllBytes(path), path);

    public static Tensor Read(byte[] bytes, string path = "array")
    {
        bool isOld = bytes[6] == 1;
        int start = isOld ? 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) : 12 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        string header = Encoding.Latin1.GetString(bytes, 0, start);
        if (!header.Contains("'<f4'", StringComparison.Ordinal) || header.Contains("'fortran_order': True", StringComparison.Ordinal))
            throw new InvalidOperationException($"{path}: expected float32 in C order.");
        int[] shape =
            [.. Shape().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse)];
        return new Tensor(new TensorShape(shape), MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start)).ToArray());
    }

    public static void Write(string path, Tensor tensor)
    {
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(tensor.Shape.Lengths.ToArray().Select(l => $"{l}, "))}), }}";
        header = header.PadRight((10 + header.Length + 1 + 63) / 64 * 64 - 11) + "\n";
        byte[] head = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)];
        File.WriteAllBytes(path, [.. head, .. Encoding.Latin1.GetBytes(header), .. MemoryMarshal.AsBytes(tensor.Values)]);
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();
}
