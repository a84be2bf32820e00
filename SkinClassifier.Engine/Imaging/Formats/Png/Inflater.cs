using System.Buffers.Binary;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>
/// Unpacks zlib data (RFC 1950 and 1951) piece by piece in memory that the next image uses again. Data may end anywhere, the reader sees
/// what is missing; a checksum that is missing is no error, a wrong one is.
/// </summary>
internal sealed unsafe class Inflater
{
    private const int History = 1 << 15, Piece = 1 << 16, LongestMatch = 258;

    private static readonly InflateCodes _fixedLiterals = Fixed(distances: false), _fixedDistances = Fixed(distances: true);

    private readonly InflateCodes _literals = new(distances: false), _distances = new(distances: true), _lengths = new(distances: false);
    private readonly byte[] _window = new byte[History + Piece + LongestMatch + 8];
    private string _name = "";
    private byte* _source;
    private int _at, _end, _bits, _made, _taken, _stored;
    private ulong _buffer;
    private uint _adler;
    private bool _inBlock, _inLastBlock, _isFixed, _isOver;

    /// <summary>Starts with other data, which must stay where it is until the last call.</summary>
    /// <exception cref="InvalidContentException">It is no zlib data.</exception>
    public void Start(byte* source, int length, string name)
    {
        _source = source;
        (_at, _end, _name, _bits, _buffer) = (2, length, name, 0, 0);
        (_made, _taken, _stored, _adler) = (0, 0, 0, 1);
        _inBlock = _inLastBlock = _isOver = false;
        if (length < 2 || (source[0] << 8 | source[1]) % 31 != 0 || (source[0] & 15) != 8 || source[0] >> 4 > 7 || (source[1] & 32) != 0)
            throw Broken();
    }

    /// <summary>Fills <paramref name="target"/>; returns how many bytes there were, fewer only when the data ends.</summary>
    /// <exception cref="InvalidContentException">The data breaks the rules or its checksum is wrong.</exception>
    public int Read(Span<byte> target)
    {
        int done = 0;
        while (done < target.Length)
        {
            if (_taken == _made && !Produce())
                break;
            int count = Math.Min(target.Length - done, _made - _taken);
            _window.AsSpan(_taken, count).CopyTo(target[done..]);
            _taken += count;
            done += count;
        }
        return done;
    }

    private bool Produce()
    {
        if (_made > History)
        {
            _window.AsSpan(_made - History, History).CopyTo(_window);
            _made = _taken = History;
        }
        int before = _made;
        while (_made < History + Piece && !_isOver)
            if (_stored > 0)
                CopyStored();
            else if (_inBlock)
                Decode();
            else if (_inLastBlock)
                Finish(before);
            else if (!BeginBlock())
                _isOver = true;
        if (!_isOver)
            Check(before);
        return _made > before;
    }

    private void Decode()
    {
        InflateCodes literalCodes = _isFixed ? _fixedLiterals : _literals, distanceCodes = _isFixed ? _fixedDistances : _distances;
        ulong buffer = _buffer;
        int bits = _bits, at = _at, made = _made;
        fixed (uint* literals = literalCodes.Table, distances = distanceCodes.Table)
        fixed (byte* window = _window)
            while (made < History + Piece)
            {
                if (bits < 48)
                    Refill(ref buffer, ref bits, ref at);
                uint entry = literals[buffer & ((1 << InflateCodes.Bits) - 1)];
                if ((entry & InflateCodes.Kind) == InflateCodes.Other)
                    entry = literalCodes.Find(buffer);
                int length = (int)entry & 15;
                buffer >>= length;
                bits -= length;
                if ((_isOver = bits < 0) || (entry & InflateCodes.Kind) == InflateCodes.End)
                {
                    _inBlock = false;
                    break;
                }
                if ((entry & InflateCodes.Kind) == InflateCodes.Plain)
                {
                    window[made++] = (byte)(entry >> 16);
                    continue;
                }
                if ((entry & InflateCodes.Kind) == InflateCodes.Other)
                    throw Broken();
                int count = Value(entry, ref buffer, ref bits);
                entry = distances[buffer & ((1 << InflateCodes.Bits) - 1)];
                if ((entry & InflateCodes.Kind) == InflateCodes.Other)
                    entry = distanceCodes.Find(buffer);
                length = (int)entry & 15;
                buffer >>= length;
                bits -= length;
                int distance = (entry & InflateCodes.Kind) == InflateCodes.Base ? Value(entry, ref buffer, ref bits) : int.MaxValue;
                if (_isOver = bits < 0)
                    break;
                if (distance > made)
                    throw Broken();
                Repeat(window + made, distance, count);
                made += count;
            }
        (_buffer, _bits, _at, _made) = (buffer, bits, at, made);
    }

    private static int Value(uint entry, ref ulong buffer, ref int bits)
    {
        int extra = (int)(entry >> 4) & 15, value = (int)(entry >> 16) + (int)(buffer & ((1UL << extra) - 1));
        buffer >>= extra;
        bits -= extra;
        return value;
    }

    /// <summary>May write up to seven bytes too many, which are written again.</summary>
    private static void Repeat(byte* to, int distance, int count)
    {
        byte* from = to - distance;
        if (distance == 1)
        {
            new Span<byte>(to, count).Fill(*from);
            return;
        }
        int done = 0;
        if (distance < 8)
        {
            for (; done < 8; done++)
                to[done] = from[done];
            from = to - distance * ((7 + distance) / distance); // as far back as eight bytes at once need, where the same pattern is
        }
        for (; done < count; done += 8)
            *(ulong*)(to + done) = *(ulong*)(from + done);
    }

    /// <summary>At least 56 bits, as long as there are any.</summary>
    private void Refill(ref ulong buffer, ref int bits, ref int at)
    {
        if (at <= _end - 8 && BitConverter.IsLittleEndian)
        {
            buffer |= *(ulong*)(_source + at) << bits;
            at += (63 - bits) >> 3;
            bits |= 56;
            return;
        }
        for (; bits <= 56 && at < _end; bits += 8)
            buffer |= (ulong)_source[at++] << bits;
    }

    private int Take(int count)
    {
        if (_bits < count)
            Refill(ref _buffer, ref _bits, ref _at);
        int value = (int)(_buffer & ((1UL << count) - 1));
        _buffer >>= count;
        _bits -= count;
        return _bits < 0 ? throw Broken() : value;
    }

    /// <summary>Goes on at the next whole byte, with nothing in the buffer.</summary>
    private void Align()
    {
        _at -= _bits >> 3;
        (_buffer, _bits) = (0, 0);
    }

    private bool BeginBlock()
    {
        if (_bits < 3)
            Refill(ref _buffer, ref _bits, ref _at);
        if (_bits < 3)
            return false;
        _inLastBlock = Take(1) == 1;
        switch (Take(2))
        {
            case 0:
                Align();
                if (_end - _at < 4)
                    throw Broken();
                _stored = _source[_at] | _source[_at + 1] << 8;
                if (_stored != (~(_source[_at + 2] | _source[_at + 3] << 8) & 0xFFFF))
                    throw Broken();
                _at += 4;
                break;
            case 1:
                _inBlock = _isFixed = true;
                break;
            case 2:
                ReadCodes();
                _inBlock = true;
                _isFixed = false;
                break;
            default:
                throw Broken();
        }
        return true;
    }

    private void CopyStored()
    {
        int count = Math.Min(Math.Min(_stored, _end - _at), History + Piece - _made);
        _isOver = count == 0;
        new ReadOnlySpan<byte>(_source + _at, count).CopyTo(_window.AsSpan(_made));
        _at += count;
        _made += count;
        _stored -= count;
    }

    private void ReadCodes()
    {
        int literals = Take(5) + 257, distances = Take(5) + 1, given = Take(4) + 4;
        if (literals > 286 || distances > 30)
            throw Broken();
        Span<byte> lengths = stackalloc byte[320];
        lengths.Clear();
        ReadOnlySpan<byte> order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        for (int i = 0; i < given; i++)
            lengths[order[i]] = (byte)Take(3);
        if (!_lengths.Build(lengths[..19], mayBeSingle: false))
            throw Broken();
        lengths.Clear();
        for (int i = 0; i < literals + distances;)
        {
            if (_bits < 14)
                Refill(ref _buffer, ref _bits, ref _at);
            uint entry = _lengths.Table[_buffer & ((1 << InflateCodes.Bits) - 1)];
            if ((entry & InflateCodes.Kind) == InflateCodes.Other)
                throw Broken();
            Take((int)entry & 15);
            int symbol = (int)(entry >> 16);
            if (symbol < 16)
            {
                lengths[i++] = (byte)symbol;
                continue;
            }
            if (symbol == 16 && i == 0)
                throw Broken();
            byte again = symbol == 16 ? lengths[i - 1] : (byte)0;
            int count = symbol switch { 16 => Take(2) + 3, 17 => Take(3) + 3, _ => Take(7) + 11 };
            if (count > literals + distances - i)
                throw Broken();
            lengths.Slice(i, count).Fill(again);
            i += count;
        }
        if (lengths[256] == 0 || !_literals.Build(lengths[..literals], mayBeSingle: true)
            || !_distances.Build(lengths.Slice(literals, distances), mayBeSingle: true))
            throw Broken();
    }

    private void Finish(int before)
    {
        _isOver = true;
        Align();
        Check(before);
        if (_end - _at >= 4 && BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(_source + _at, 4)) != _adler)
            throw Broken();
    }

    /// <summary>Adler-32 of what was made since (RFC 1950, section 8.2).</summary>
    private void Check(int before)
    {
        uint a = _adler & 0xFFFF, b = _adler >> 16;
        // 5552 is the most that 32 bits hold without a remainder taken.
        for (ReadOnlySpan<byte> rest = _window.AsSpan(before, _made - before); rest.Length > 0;)
        {
            int count = Math.Min(rest.Length, 5552);
            foreach (byte value in rest[..count])
            {
                a += value;
                b += a;
            }
            a %= 65521;
            b %= 65521;
            rest = rest[count..];
        }
        _adler = b << 16 | a;
    }

    private static InflateCodes Fixed(bool distances)
    {
        Span<byte> lengths = stackalloc byte[288];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        if (distances)
            lengths[..32].Fill(5);
        InflateCodes codes = new(distances);
        codes.Build(distances ? lengths[..32] : lengths, mayBeSingle: false);
        return codes;
    }

    private InvalidContentException Broken() =>
        new($"{_name}: the compressed PNG pixel data breaks the rules of zlib or has a wrong Adler-32 checksum. The file is damaged; copy it again.");
}
