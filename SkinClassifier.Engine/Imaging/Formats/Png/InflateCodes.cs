namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>
/// One prefix code of deflate (RFC 1951, section 3.2.2): codes of up to ten bits by one look into a table, longer ones bit by bit. An entry holds the
/// code's length (bits 0–3), how many extra bits follow (4–7), what it is (8–9) and its value (from bit 16).
/// </summary>
internal sealed class InflateCodes
{
    /// <summary>Bits that the table is looked up with.</summary>
    public const int Bits = 10;

    /// <summary>
    /// What an entry is: a byte or another plain number, a base with extra bits, the end of the block, nothing or a code that is longer than
    /// <see cref="Bits"/>.
    /// </summary>
    public const uint Plain = 0, Base = 1 << 8, End = 2 << 8, Other = 3 << 8, Kind = 3 << 8;

    private const int Longest = 15;

    private static readonly uint[] _literals = Literals(),
        _distances = Bases([1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193,
            12289, 16385, 24577], symbol => Math.Max(0, symbol / 2 - 1), 32);

    private readonly uint[] _entries;
    private readonly int[] _counts = new int[Longest + 1], _next = new int[Longest + 2];
    private readonly ushort[] _symbols = new ushort[288];

    /// <summary>A code for distances, or for literals, lengths and code lengths.</summary>
    public InflateCodes(bool distances) => _entries = distances ? _distances : _literals;

    /// <summary>Entries by the next ten bits.</summary>
    public uint[] Table { get; } = new uint[1 << Bits];

    /// <summary>Makes the code from the lengths of its symbols, 0 for those that do not occur; false when no such code exists.</summary>
    /// <param name="lengths">0 to 15 for each symbol.</param>
    /// <param name="mayBeSingle">Whether one code of one bit may stand alone.</param>
    public bool Build(ReadOnlySpan<byte> lengths, bool mayBeSingle)
    {
        Array.Clear(_counts);
        foreach (byte length in lengths)
            _counts[length]++;
        int used = lengths.Length - _counts[0], free = 1;
        _counts[0] = 0;
        for (int length = 1; length <= Longest; length++)
        {
            free = free * 2 - _counts[length];
            if (free < 0)
                return false;
            _next[length + 1] = _next[length] + _counts[length];
        }
        // No code at all is allowed as long as none is read.
        if (free > 0 && used > 0 && !(mayBeSingle && used == 1 && _counts[1] == 1))
            return false;
        for (int symbol = 0; symbol < lengths.Length; symbol++)
            if (lengths[symbol] > 0)
                _symbols[_next[lengths[symbol]]++] = (ushort)symbol;
        Array.Fill(Table, Other);
        for (int length = 1, code = 0, index = 0; length <= Bits; length++, code <<= 1)
            for (int end = index + _counts[length]; index < end; index++, code++)
                for (int at = Reverse(code, length); at < Table.Length; at += 1 << length)
                    Table[at] = _entries[_symbols[index]] | (uint)length;
        _next.AsSpan().Clear();
        return true;
    }

    /// <summary>The entry of a code that the table does not hold; <see cref="Other"/> when there is none.</summary>
    public uint Find(ulong bits)
    {
        for (int length = 1, code = 0, first = 0, index = 0; length <= Longest; length++)
        {
            code |= (int)(bits & 1);
            bits >>= 1;
            int count = _counts[length];
            if (code - first < count)
                return _entries[_symbols[index + code - first]] | (uint)length;
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return Other;
    }

    private static int Reverse(int code, int length)
    {
        int reversed = 0;
        for (int i = 0; i < length; i++)
            reversed |= (code >> i & 1) << (length - 1 - i);
        return reversed;
    }

    private static uint[] Literals()
    {
        uint[] lengths = Bases([3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258],
            symbol => symbol == 28 ? 0 : Math.Max(0, symbol / 4 - 1), 31);
        return [.. Enumerable.Range(0, 256).Select(value => (uint)value << 16), End, .. lengths];
    }

    private static uint[] Bases(int[] bases, Func<int, int> extraBits, int symbols) =>
        [.. bases.Select((value, symbol) => (uint)value << 16 | Base | (uint)extraBits(symbol) << 4), .. Enumerable.Repeat(Other, symbols - bases.Length)];
}
