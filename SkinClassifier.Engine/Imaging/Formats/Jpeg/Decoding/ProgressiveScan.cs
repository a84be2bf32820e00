using System.Numerics;
using System.Runtime.CompilerServices;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>Huffman decoding of blocks in progressive scans (T.81, annex G.2). Blocks are in zigzag order here.</summary>
internal static unsafe class ProgressiveScan
{
    /// <summary>First scan of a DC coefficient. Returns false for a code that does not exist.</summary>
    public static bool DcFirst(JpegEntropyReader reader, HuffmanTable dc, short* block, int low, ref int prediction)
    {
        SequentialScan.Refill(ref reader.Bits, ref reader.Count, ref reader.Position);
        int entry = dc.Lookup[reader.Bits >> (64 - HuffmanTable.LookupBits)];
        int used = (byte)entry, value = entry >> 16;
        if (used == 0)
        {
            if (entry == 0 && (entry = dc.FindLong(reader.Bits)) == 0)
                return false;
            int length = (byte)(entry >> 8), size = entry >> 16;
            value = SequentialScan.Extend(reader.Bits << length, size);
            used = length + size;
        }
        reader.Bits <<= used;
        reader.Count -= used;
        prediction += value;
        *block = (short)(prediction << low);
        return true;
    }

    /// <summary>Refinement of a DC coefficient: one bit.</summary>
    public static void DcRefine(JpegEntropyReader reader, short* block, int low)
    {
        if (reader.Count < 1)
            SequentialScan.Refill(ref reader.Bits, ref reader.Count, ref reader.Position);
        *block |= (short)((reader.Bits >> 63) << low);
        reader.Bits <<= 1;
        reader.Count--;
    }

    /// <summary>
    /// First scan of the AC coefficients <paramref name="first"/> … <paramref name="end"/> of one block.
    /// Returns how many further blocks have no coefficient in this band, or −1 for a code or a run that does not exist.
    /// </summary>
    public static int AcFirst(JpegEntropyReader reader, HuffmanTable ac, short* block, int first, int end, int low)
    {
        ulong bits = reader.Bits;
        int count = reader.Count;
        byte* position = reader.Position;
        int* lookup = ac.Lookup;
        int k = first - 1, endOfBand = 0;
        do
        {
            if (count < 48)
                SequentialScan.Refill(ref bits, ref count, ref position);
            int entry = lookup[bits >> (64 - HuffmanTable.LookupBits)];
            int used = (byte)entry, value = entry >> 16, advance = (byte)(entry >> 8);
            if (used == 0)
            {
                if (entry == 0 && (entry = ac.FindLong(bits)) == 0)
                    return -1;
                int length = (byte)(entry >> 8), symbol = entry >> 16, size = symbol & 15, run = symbol >> 4;
                if (size == 0 && run < 15)
                {
                    endOfBand = (1 << run) - 1 + (int)(run == 0 ? 0 : bits << length >> (64 - run));
                    bits <<= length + run;
                    count -= length + run;
                    break;
                }
                advance = run + 1;
                value = SequentialScan.Extend(bits << length, size);
                used = length + size;
            }
            k += advance;
            if (k > end)
                return -1;
            bits <<= used;
            count -= used;
            block[k] = (short)(value << low);
        }
        while (k < end);
        reader.Bits = bits;
        reader.Count = count;
        reader.Position = position;
        return endOfBand;
    }

    /// <summary>
    /// Refinement of the AC coefficients <paramref name="first"/> … <paramref name="end"/> of one block. <paramref name="endOfBand"/> counts the
    /// blocks, this one included, that get no new coefficient. Returns false for a code or a run that does not exist.
    /// </summary>
    public static bool AcRefine(JpegEntropyReader reader, HuffmanTable ac, short* block, int first, int end, int low, ref int endOfBand)
    {
        ulong band = (ulong.MaxValue << first) & (ulong.MaxValue >> (63 - end));
        ulong filled = NonZero.Mask(block) & band;
        ulong bits = reader.Bits;
        int count = reader.Count;
        byte* position = reader.Position;
        int* lookup = ac.Lookup;
        int k = first;
        if (endOfBand == 0)
        {
            while (k <= end)
            {
                if (count < 48)
                    SequentialScan.Refill(ref bits, ref count, ref position);
                int entry = lookup[bits >> (64 - HuffmanTable.LookupBits)];
                if (entry == 0 && (entry = ac.FindLong(bits)) == 0)
                    return false;
                int length = (byte)(entry >> 8), symbol = entry >> 16, run = symbol >> 4, value = 0;
                bits <<= length;
                count -= length;
                if ((symbol & 15) == 0)
                {
                    if (run < 15)
                    {
                        endOfBand = (1 << run) + (int)(run == 0 ? 0 : bits >> (64 - run));
                        bits <<= run;
                        count -= run;
                        break;
                    }
                }
                else if ((symbol & 15) == 1)
                {
                    value = ((int)(bits >> 63) * 2 - 1) << low;
                    bits <<= 1;
                    count--;
                }
                else
                    return false;

                // The new coefficient takes the place of zero number run + 1 from k on; those before it that are filled get a bit each.
                ulong zeros = ~filled & band & (ulong.MaxValue << k);
                for (int skip = run; skip > 0; skip--)
                    zeros &= zeros - 1;
                if (zeros == 0)
                    return false;
                int place = BitOperations.TrailingZeroCount(zeros);
                Correct(block, filled & (ulong.MaxValue << k) & ((1UL << place) - 1), low, ref bits, ref count, ref position);
                block[place] = (short)value;
                k = place + 1;
            }
        }
        if (endOfBand > 0)
        {
            if (k <= end)
                Correct(block, filled & (ulong.MaxValue << k), low, ref bits, ref count, ref position);
            endOfBand--;
        }
        reader.Bits = bits;
        reader.Count = count;
        reader.Position = position;
        return true;
    }

    /// <summary>Reads one bit for each coefficient in <paramref name="which"/>, in order; a 1 moves it away from 0 by 2^low.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Correct(short* block, ulong which, int low, ref ulong bits, ref int count, ref byte* position)
    {
        while (which != 0)
        {
            if (count == 0)
                SequentialScan.Refill(ref bits, ref count, ref position);
            int k = BitOperations.TrailingZeroCount(which);
            which &= which - 1;
            int value = block[k];
            int step = ((value >> 31) | 1) << low;
            block[k] = (short)(value + (step & (int)((long)bits >> 63)));
            bits <<= 1;
            count--;
        }
    }
}
