namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>A Huffman table for writing: code and length of every symbol.</summary>
internal sealed class HuffmanCodes
{
    private readonly ushort[] _codes = new ushort[256];
    private readonly byte[] _lengths = new byte[256];

    /// <summary>Makes the codes from the counts of lengths 1 … 16 and the symbols in code order (T.81, annex C).</summary>
    public HuffmanCodes(byte[] counts, byte[] symbols)
    {
        int code = 0, index = 0;
        for (int length = 1; length <= 16; length++, code <<= 1)
            for (int i = 0; i < counts[length - 1]; i++, code++)
            {
                _codes[symbols[index]] = (ushort)code;
                _lengths[symbols[index++]] = (byte)length;
            }
    }

    /// <summary>
    /// Writes the code of <paramref name="symbol"/> and then the low <paramref name="valueBits"/> bits of <paramref name="value"/>, 1 less when
    /// negative (T.81, F.1.2).
    /// </summary>
    public void Write(JpegBitWriter writer, int symbol, int value, int valueBits)
    {
        uint mask = (1u << valueBits) - 1;
        uint low = (uint)(value < 0 ? value - 1 : value) & mask;
        writer.WriteBits((uint)_codes[symbol] << valueBits | low, _lengths[symbol] + valueBits);
    }
}
