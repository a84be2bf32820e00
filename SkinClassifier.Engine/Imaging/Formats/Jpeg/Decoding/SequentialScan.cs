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

        // Entries with value take at most LookupBits bits, so five of them can follow a refill.
        int* lookup = ac.Lookup;
        int k = 0, last = 0;
        while (true)
        {
            Refill(ref bits, ref count, ref position);
            for (int symbols = 0; symbols < 4; symbols++)
            {
                entry = lookup[bits >> (64 - HuffmanTable.LookupBits)];
                used = (byte)entry;
                if (used == 0)
                    goto Long;
                last = k;
                k += (byte)(entry >> 8);
                bits <<= used;
                count -= used;
                block[order[k]] = (short)(entry >> 16);
                if (k >= 63)
                    goto Done;
            }
            continue;
        Long:
            Refill(ref bits, ref count, ref position);
            if (entry == 0 && (entry = ac.FindLong(bits)) == 0)
                return Broken;
            int codeLength = (byte)(entry >> 8), symbol = entry >> 16, valueSize = symbol & 15;
            last = k;
            k += valueSize == 0 && symbol != 0xF0 ? HuffmanTable.EndOfBlock : (symbol >> 4) + 1;
            block[order[k]] = (short)Extend(bits << codeLength, valueSize);
            bits <<= codeLength + valueSize;
            count -= codeLength + valueSize;
            if (k >= 63)
                break;
        }
    Done:
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
