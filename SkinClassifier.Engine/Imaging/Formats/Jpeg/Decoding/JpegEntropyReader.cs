using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Bits of entropy-coded data. The raw bytes are copied piece by piece into a window without stuffed zeros, up to the next marker,
/// so that a reader may load eight bytes at once. Zero bits follow the last byte; <see cref="Fill"/> tells whether they were used.
/// <para>Protocol: <c>Bits |= load(Position) &gt;&gt; Count; Position += (63 − Count) / 8; Count |= 56</c> refills;
/// whoever has read at most <see cref="Margin"/> bytes compares <see cref="Position"/> with <see cref="Limit"/> and calls <see cref="Fill"/>.</para>
/// </summary>
internal sealed unsafe class JpegEntropyReader
{
    /// <summary>Bytes that may be read between two looks at <see cref="Limit"/>: ten blocks of 64 coefficients of 31 bits, and some.</summary>
    public const int Margin = 4096;

    private const int WindowLength = 32768;

    private readonly byte[] _window = GC.AllocateUninitializedArray<byte>(WindowLength + Margin, pinned: true);
    private byte* _end, _raw, _rawEnd;
    private bool _finished;

    /// <summary>The next bits, first bit on top; bits below <see cref="Count"/> may already be there too.</summary>
    public ulong Bits;

    /// <summary>Valid bits in <see cref="Bits"/>.</summary>
    public int Count;

    /// <summary>First byte that is not counted in <see cref="Count"/>.</summary>
    public byte* Position;

    /// <summary>Beyond this, <see cref="Fill"/> must be called.</summary>
    public byte* Limit;

    /// <summary>The marker that ended the data; <see cref="JpegMarker.None"/> when the file ended. Valid after <see cref="SkipToMarker"/>.</summary>
    public int Marker { get; private set; }

    /// <summary>The raw byte after <see cref="Marker"/>. Valid after <see cref="SkipToMarker"/>.</summary>
    public byte* Raw => _raw;

    private byte* Start => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_window));

    /// <summary>Starts at <paramref name="raw"/>, which stays fixed as long as this object is used.</summary>
    public void Begin(byte* raw, byte* rawEnd)
    {
        _raw = raw;
        _rawEnd = rawEnd;
        _finished = false;
        Marker = JpegMarker.None;
        Position = _end = Start;
        Bits = 0;
        Count = 0;
        Fill();
    }

    /// <summary>Loads more data. Returns false when more bits were read than the data had.</summary>
    public bool Fill()
    {
        if (_finished)
            return (Position - _end) * 8 <= Count;
        int keep = (int)(_end - Position);
        byte* start = Start;
        Buffer.MemoryCopy(Position, start, WindowLength, keep);
        Position = start;
        _end = start + keep;
        Unstuff(start + WindowLength);
        if (_finished)
            NativeMemory.Clear(_end, Margin);
        Limit = _finished ? _end : _end - Margin;
        return true;
    }

    /// <summary>Leaves the rest of the data out, up to the marker. Returns false when more bits were read than the data had.</summary>
    public bool SkipToMarker()
    {
        while (!_finished)
        {
            Position = _end;
            Count = 0;
            Fill();
        }
        return Fill();
    }

    private void Unstuff(byte* capacity)
    {
        while (_end < capacity)
        {
            int length = (int)Math.Min(_rawEnd - _raw, capacity - _end);
            int run = new ReadOnlySpan<byte>(_raw, length).IndexOf((byte)0xFF);
            if (run < 0)
                run = length;
            Unsafe.CopyBlockUnaligned(_end, _raw, (uint)run);
            _end += run;
            _raw += run;
            if (run < length)
            {
                byte* next = _raw + 1;
                while (next < _rawEnd && *next == 0xFF)
                    next++;
                if (next < _rawEnd && *next == 0)
                {
                    *_end++ = 0xFF;
                    _raw = next + 1;
                    continue;
                }
                Marker = next < _rawEnd ? *next : JpegMarker.None;
                _raw = next < _rawEnd ? next + 1 : _rawEnd;
                _finished = true;
                return;
            }
            if (_raw == _rawEnd)
            {
                _finished = true;
                return;
            }
        }
    }
}
