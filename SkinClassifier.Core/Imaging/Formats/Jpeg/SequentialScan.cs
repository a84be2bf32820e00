using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>Huffman decoding of blocks in sequential (baseline and extended) scans (T.81, annex F.2).</summary>
internal static unsafe class SequentialScan
{
    /// <summary>What <see cref="DecodeBlock"/> returns for a code or a run that does not exist.</summary>
    public const int Broken = -1;

    /// <summary>
    /// Decodes one block into <paramref name="block"/>, which is all 0 before; <paramref name="order"/> maps zigzag positions to indices
    /// (256 long, harmless past 63). Returns the zigzag position of the last coefficient, or <see cref="Broken"/>.
    /// </summary>
    public static int DecodeBlock(JpegEntropyReader reader, HuffmanTable dc, HuffmanTable ac, short* block, byte* order, ref int prediction)
    {
        ulong bits = reader.Bits;
        int count = reader.Count;
        byte* position = reader.Position;

        Refill(ref bits, ref count, ref position);
        int entry = dc.Lookup[bits >> (64 - HuffmanTable.LookupBits)];
        int used = (byte)entry, value = entry >> 16;
        if (used == 0)
        {
            if (entry == 0 && (entry = dc.FindLong(bits)) == 0)
                return Broken;
            int length = (byte)(entry >> 8), size = entry >> 16;
            value = Extend(bits << length, size);
            used = length + size;
        }
        bits <<= used;
        count -= used;
        prediction += value;
        block[order[0]] = (short)prediction;

        int* lookup = ac.Lookup;
        int k = 0, last = 0;
        do
        {
            if (count < 32)
                Refill(ref bits, ref count, ref position);
            entry = lookup[bits >> (64 - HuffmanTable.LookupBits)];
            used = (byte)entry;
            value = entry >> 16;
            int advance = (byte)(entry >> 8);
            if (used == 0)
            {
                if (entry == 0 && (entry = ac.FindLong(bits)) == 0)
                    return Broken;
                int length = (byte)(entry >> 8), symbol = entry >> 16, size = symbol & 15;
                advance = size == 0 && symbol != 0xF0 ? HuffmanTable.EndOfBlock : (symbol >> 4) + 1;
                value = Extend(bits << length, size);
                used = length + size;
            }
            last = k;
            k += advance;
            bits <<= used;
            count -= used;
            block[order[k]] = (short)value;
        }
        while (k < 63);

        reader.Bits = bits;
        reader.Count = count;
        reader.Position = position;
        if (k == 63)
            return 63;
        return k >= HuffmanTable.EndOfBlock ? last : Broken;
    }

    /// <summary>Loads bytes until at least 56 bits are valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Refill(ref ulong bits, ref int count, ref byte* position)
    {
        ulong next = Unsafe.ReadUnaligned<ulong>(position);
        if (BitConverter.IsLittleEndian)
            next = BinaryPrimitives.ReverseEndianness(next);
        bits |= next >> count;
        position += (63 - count) >> 3;
        count |= 56;
    }

    /// <summary>The value of the top <paramref name="size"/> bits: T.81's EXTEND; 0 when size is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Extend(ulong bits, int size)
    {
        if (size == 0)
            return 0;
        int value = (int)(bits >> (64 - size));
        return (long)bits < 0 ? value : value - (1 << size) + 1;
    }
}
