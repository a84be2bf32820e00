using System.Buffers.Binary;
using SkinClassifier.Imaging.Metadata;

namespace SkinClassifier.Imaging.Formats.Jpeg;

// Marker segments other than frame and scan headers.
internal sealed unsafe partial class JpegDecoder
{
    private readonly HuffmanTable[] _dcTables = [new(), new(), new(), new()];
    private readonly HuffmanTable[] _acTables = [new(), new(), new(), new()];
    private readonly ushort[][] _quantization = [new ushort[64], new ushort[64], new ushort[64], new ushort[64]];
    private readonly bool[] _hasQuantization = new bool[4];
    private int _restartInterval, _exifOrientation, _xmpOrientation, _adobeTransform;
    private bool _sawJfif, _sawAdobe;

    private void ForgetTables()
    {
        foreach (HuffmanTable table in _dcTables)
            table.IsDefined = false;
        foreach (HuffmanTable table in _acTables)
            table.IsDefined = false;
        Array.Clear(_hasQuantization);
        _restartInterval = 0;
        _exifOrientation = _xmpOrientation = 0;
        _sawJfif = _sawAdobe = false;
    }

    /// <summary>Moves past the next marker, over stray bytes and fill bytes. Returns <see cref="JpegMarker.None"/> at the end of the file.</summary>
    private int NextMarker()
    {
        while (true)
        {
            int found = Bytes(_at, _length - _at).IndexOf((byte)0xFF);
            if (found < 0)
                break;
            _at += found;
            while (_at < _length && _data[_at] == 0xFF)
                _at++;
            if (_at == _length)
                break;
            int marker = _data[_at++];
            if (marker != 0)
                return marker;
        }
        _at = _length;
        return JpegMarker.None;
    }

    /// <summary>Body of the segment whose marker was just read; moves past it.</summary>
    private ReadOnlySpan<byte> NextBody(int marker)
    {
        if (_length - _at < 2)
            throw Cut();
        int length = _data[_at] << 8 | _data[_at + 1];
        if (length < 2)
            throw Invalid(_at, $"expected a length of at least 2 for marker FF{marker:X2}, received {length}");
        if (length > _length - _at)
            throw Invalid(_at, $"expected {length} bytes for marker FF{marker:X2}, received {_length - _at}");
        ReadOnlySpan<byte> body = Bytes(_at + 2, length - 2);
        _at += length;
        return body;
    }

    private void ReadSegment(int marker)
    {
        if (JpegMarker.IsBare(marker))
            return;
        if (JpegMarker.IsFrame(marker))
            throw Invalid(_at, "expected one frame, received a second frame header");
        ReadOnlySpan<byte> body = NextBody(marker);
        switch (marker)
        {
            case JpegMarker.QuantizationTables:
                ReadQuantization(body);
                break;
            case JpegMarker.HuffmanTables:
                ReadHuffman(body);
                break;
            case JpegMarker.RestartInterval:
                if (body.Length < 2)
                    throw Invalid(_at, $"expected 2 bytes of restart interval, received {body.Length}");
                _restartInterval = BinaryPrimitives.ReadUInt16BigEndian(body);
                break;
            case JpegMarker.App0:
                _sawJfif |= body.Length >= 5 && body.StartsWith("JFIF\0"u8);
                break;
            case JpegMarker.App1:
                ReadOrientation(body);
                break;
            case JpegMarker.App14:
                if (body.Length >= 12 && body.StartsWith("Adobe"u8))
                {
                    _sawAdobe = true;
                    _adobeTransform = body[11];
                }
                break;
        }
    }

    // The first block of each kind that says it; 0: none does.
    private void ReadOrientation(ReadOnlySpan<byte> body)
    {
        if (_exifOrientation == 0 && body.StartsWith("Exif\0\0"u8))
            _exifOrientation = ExifOrientation.Find(body) ?? 0;
        else if (_xmpOrientation == 0 && body.StartsWith("http://ns.adobe.com/xap/1.0/\0"u8))
            _xmpOrientation = XmpOrientation.Find(body) ?? 0;
    }

    private void ReadQuantization(ReadOnlySpan<byte> body)
    {
        while (body.Length > 0)
        {
            int wide = body[0] >> 4, index = body[0] & 15, length = wide == 0 ? 64 : 128;
            if (wide > 1 || index > 3 || body.Length < 1 + length)
                throw Invalid(_at, $"expected quantization table 0 … 3 of {length} bytes, received table {index} with {body.Length - 1} bytes");
            for (int k = 0; k < 64; k++)
                _quantization[index][k] = wide == 0 ? body[1 + k] : BinaryPrimitives.ReadUInt16BigEndian(body[(1 + 2 * k)..]);
            _hasQuantization[index] = true;
            body = body[(1 + length)..];
        }
    }

    private void ReadHuffman(ReadOnlySpan<byte> body)
    {
        while (body.Length > 0)
        {
            int kind = body[0] >> 4, index = body[0] & 15, symbols = 0;
            if (body.Length >= 17)
                foreach (byte count in body.Slice(1, 16))
                    symbols += count;
            if (kind > 1 || index > 3 || body.Length < 17 + symbols || symbols > 256)
                throw Invalid(
                    _at, $"expected Huffman table 0 … 3 with up to 256 symbols, received table {index} with {symbols} symbols in {body.Length} bytes");
            HuffmanTable table = (kind == 0 ? _dcTables : _acTables)[index];
            if (!table.TryDefine(body.Slice(1, 16), body.Slice(17, symbols)))
                throw Invalid(_at, $"expected a Huffman table that is a prefix code, received more codes than fit in table {index}");
            body = body[(17 + symbols)..];
        }
    }

    private Common.InvalidContentException Invalid(long offset, string expectedReceived) => JpegError.Invalid(_name, offset, expectedReceived);

    private Common.InvalidContentException Cut() => Invalid(_length, "expected more data, received the end of the file");
}
