using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>What the symbols of a <see cref="HuffmanTable"/> mean, and so what its lookup entries hold.</summary>
internal enum HuffmanUse
{
    /// <summary>Nothing is prepared.</summary>
    None,
    /// <summary>DC differences: a symbol is the number of value bits.</summary>
    Difference,
    /// <summary>AC coefficients of sequential scans: run · 16 + number of value bits.</summary>
    Coefficient,
    /// <summary>AC coefficients of a first progressive scan: as <see cref="Coefficient"/>, but symbols with no value bits end bands.</summary>
    Band,
    /// <summary>AC refinement scans: symbols only.</summary>
    Symbol,
}

/// <summary>
/// One Huffman table of a file with a lookup over the next <see cref="LookupBits"/> bits. An entry is
/// value · 65536 + advance · 256 + bits when code and value both fit (bits &gt; 0);
/// symbol · 65536 + code length · 256 when only the code fits; 0 when the code is longer or does not exist.
/// </summary>
internal sealed unsafe class HuffmanTable
{
    /// <summary>Bits that index the lookup.</summary>
    public const int LookupBits = 11;

    /// <summary>Advance of an end-of-block symbol: past any position that a run can reach.</summary>
    public const int EndOfBlock = 128;

    private readonly int[] _lookup = GC.AllocateUninitializedArray<int>(1 << LookupBits, pinned: true);
    private readonly byte[] _counts = new byte[16];
    private readonly byte[] _symbols = new byte[256];
    private readonly int[] _limits = new int[17];   // of codes of each length: first code that is too large, left-justified to 16 bits
    private readonly int[] _offsets = new int[17];  // of codes of each length: index of the symbol minus the code
    private int _symbolCount;
    private HuffmanUse _use;

    /// <summary>Whether the current file has defined this table.</summary>
    public bool IsDefined { get; set; }

    /// <summary>Fixed address of the lookup.</summary>
    public int* Lookup => (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_lookup));

    /// <summary>
    /// Takes over the table: how many codes of each length 1 … 16, and the symbols in code order.
    /// Returns false when the counts describe more codes than exist.
    /// </summary>
    public bool TryDefine(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        IsDefined = true;
        if (counts.SequenceEqual(_counts) && symbols.SequenceEqual(_symbols.AsSpan(0, _symbolCount)))
            return true;
        counts.CopyTo(_counts);
        symbols.CopyTo(_symbols);
        _symbolCount = symbols.Length;
        _use = HuffmanUse.None;
        int code = 0, index = 0;
        for (int length = 1; length <= 16; length++)
        {
            _offsets[length] = index - code;
            code += _counts[length - 1];
            index += _counts[length - 1];
            if (code > 1 << length)
            {
                _symbolCount = -1;
                return IsDefined = false;
            }
            _limits[length] = code << (16 - length);
            code <<= 1;
        }
        return true;
    }

    /// <summary>Fills the lookup for <paramref name="use"/>. Returns false when a symbol has no meaning there.</summary>
    public bool TryPrepare(HuffmanUse use)
    {
        if (_use == use)
            return true;
        if (use == HuffmanUse.Difference && _symbols.AsSpan(0, _symbolCount).ContainsAnyExceptInRange((byte)0, (byte)15))
            return false;
        Span<int> lookup = _lookup;
        int at = 0, index = 0;
        for (int length = 1; length <= LookupBits; length++)
            for (int i = 0; i < _counts[length - 1]; i++)
            {
                int span = 1 << (LookupBits - length);
                FillEntries(lookup.Slice(at, span), _symbols[index++], length, use);
                at += span;
            }
        lookup[at..].Clear();
        _use = use;
        return true;
    }

    private static void FillEntries(Span<int> entries, int symbol, int length, HuffmanUse use)
    {
        int size = symbol & 15, advance = (symbol >> 4) + 1;
        if (use == HuffmanUse.Difference)
            (size, advance) = (symbol, 0);
        else if (use == HuffmanUse.Coefficient && size == 0 && symbol != 0xF0)
            advance = EndOfBlock;
        bool symbolOnly = use == HuffmanUse.Symbol || use == HuffmanUse.Band && size == 0 && symbol != 0xF0;
        if (symbolOnly || length + size > LookupBits)
        {
            entries.Fill(symbol << 16 | length << 8);
            return;
        }
        int repeat = entries.Length >> size, low = advance << 8 | length + size;
        for (int raw = 0; raw < 1 << size; raw++)
        {
            int value = size > 0 && raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
            entries.Slice(raw * repeat, repeat).Fill(value << 16 | low);
        }
    }

    /// <summary>
    /// Finds a code that is longer than the lookup. <paramref name="bits"/> has the next bit on top.
    /// Returns symbol · 65536 + code length · 256, or 0 when no code fits.
    /// </summary>
    public int FindLong(ulong bits)
    {
        int code = (int)(bits >> 48);
        for (int length = LookupBits + 1; length <= 16; length++)
            if (code < _limits[length])
                return _symbols[_offsets[length] + (code >> (16 - length))] << 16 | length << 8;
        return 0;
    }
}
