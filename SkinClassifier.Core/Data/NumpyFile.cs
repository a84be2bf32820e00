using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SkinClassifier.Data;

/// <summary>
/// NumPy files (.npy, version 1.0) of float32, little-endian, row by row: a header, then the numbers, four bytes each. numpy.load reads them, also with
/// mmap_mode. Source: the format's page in NumPy's documentation (numpy.lib.format).
/// </summary>
internal static class NumpyFile
{
    /// <summary>Bytes of the header of a table whose number of rows is known only at its end; enough for any number.</summary>
    public const int TableHeader = 128;

    private const int Alignment = 64, Prefix = 10;

    /// <summary>The header of an array.</summary>
    /// <param name="minLength">It is padded to at least so many bytes.</param>
    /// <param name="shape">Rows first.</param>
    public static byte[] Header(int minLength, params ReadOnlySpan<long> shape)
    {
        StringBuilder sizes = new();
        foreach (long size in shape)
            sizes.Append(sizes.Length == 0 ? "" : ", ").Append(size.ToString(CultureInfo.InvariantCulture));
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}{(shape.Length == 1 ? "," : "")}), }}";
        int length = (Math.Max(minLength, Prefix + header.Length + 1) + Alignment - 1) / Alignment * Alignment;
        byte[] bytes = new byte[length];
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(length - Prefix));
        Encoding.ASCII.GetBytes(header.PadRight(length - Prefix - 1) + "\n").CopyTo(bytes, Prefix);
        return bytes;
    }

    /// <summary>Numbers as the file has them.</summary>
    /// <param name="values">[N].</param>
    /// <param name="bytes">[4 N].</param>
    public static void Write(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], values[i]);
    }
}
