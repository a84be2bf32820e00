using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Explanations;

/// <summary>
/// A map as a NumPy file (.npy, version 1.0): float32, little-endian, [H,W], row by row. The numbers stay exact, four bytes each; numpy.load reads it.
/// </summary>
internal static class RawMapFile
{
    private const int Alignment = 64;

    /// <summary>Writes <see cref="ImageExplanation.Raw"/>, whole or not at all.</summary>
    public static void Write(string path, ImageExplanation explanation) =>
        AtomicFile.WriteBytes(path, Content(explanation.Raw.Span, explanation.Width, explanation.Height));

    private static byte[] Content(ReadOnlySpan<float> map, int width, int height)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({height}, {width}), }}");
        int start = (10 + header.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] content = new byte[start + 4 * map.Length];
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(content);
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(8), (ushort)(start - 10));
        Encoding.ASCII.GetBytes(header.PadRight(start - 11) + "\n").CopyTo(content, 10);
        for (int i = 0; i < map.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(content.AsSpan(start + 4 * i), map[i]);
        return content;
    }
}
