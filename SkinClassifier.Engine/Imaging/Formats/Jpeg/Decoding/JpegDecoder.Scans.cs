namespace SkinClassifier.Imaging.Formats.Jpeg;

// Scan headers, and the walk over the blocks of a scan.
internal sealed unsafe partial class JpegDecoder
{
    private readonly JpegComponent[] _scan = new JpegComponent[4];
    private int _scanCount, _first, _end, _high, _low, _restartsLeft, _nextRestart;
    private bool _anyScan;
    private long _work, _workLimit;

    private void ReadScanHeader()
    {
        int start = _at;
        ReadOnlySpan<byte> body = NextBody(JpegMarker.StartOfScan);
        int count = body.Length > 0 ? body[0] : 0;
        if (count is 0 or > 4 || body.Length < 4 + 2 * count)
            throw Invalid(start, $"expected a scan header with 1 to 4 components, received {count} components in {body.Length} bytes");
        _scanCount = count;
        int blocks = 0;
        for (int i = 0; i < count; i++)
        {
            JpegComponent component = FindComponent(body[1 + 2 * i], start);
            if (_scan.AsSpan(0, i).Contains(component))
                throw Invalid(start, $"expected different components in a scan, received {component.Id} twice");
            int tables = body[2 + 2 * i];
            if (tables >> 4 > 3 || (tables & 15) > 3)
                throw Invalid(start, $"expected Huffman tables 0 to 3, received {tables >> 4} and {tables & 15}");
            component.Dc = _dcTables[tables >> 4];
            component.Ac = _acTables[tables & 15];
            _scan[i] = component;
            blocks += component.H * component.V;
        }
        if (count > 1 && blocks > 10)
            throw Invalid(start, $"expected at most 10 blocks in an MCU, received {blocks}");
        ReadOnlySpan<byte> tail = body.Slice(1 + 2 * count, 3);
        (_first, _end, _high, _low) = _progressive ? (tail[0], tail[1], tail[2] >> 4, tail[2] & 15) : (0, 63, 0, 0);
        if (_end > 63 || _first > _end || _low > 13 || _progressive && (_first == 0 ? _end != 0 : count != 1))
            throw Invalid(
                start, $"expected a spectral band and precision of a progressive scan, received {_first} to {_end}, precision {_low}, {count} components");
        foreach (JpegComponent component in _scan.AsSpan(0, count))
            PrepareComponent(component, start);
    }

    private JpegComponent FindComponent(int id, int start)
    {
        for (int i = 0; i < _componentCount; i++)
            if (_components[i].Id == id)
                return _components[i];
        throw Invalid(start, $"expected a component of the frame, received {id}");
    }

    private void PrepareComponent(JpegComponent component, int start)
    {
        if (!component.IsScanned)
        {
            if (!_hasQuantization[component.TableIndex])
                throw Invalid(start, $"expected quantization table {component.TableIndex} before the scan, received none");
            component.SetQuantization(_quantization[component.TableIndex]);
        }
        foreach (ref sbyte precision in component.Precision.AsSpan(_first, _end - _first + 1))
        {
            if (precision != (_high == 0 ? -1 : _high) || _high != 0 && _low != _high - 1)
                throw Invalid(
                    start, $"expected a scan that refines component {component.Id} by one bit, received one from bit {_high} to {_low} after bit {precision}");
            precision = (sbyte)_low;
        }
        bool dc = _first == 0 && _high == 0, ac = _end > 0;
        HuffmanUse use = !_progressive ? HuffmanUse.Coefficient : _high == 0 ? HuffmanUse.Band : HuffmanUse.Symbol;
        if (dc)
            PrepareTable(component.Dc!, HuffmanUse.Difference, start);
        if (ac)
            PrepareTable(component.Ac!, use, start);
    }

    private void PrepareTable(HuffmanTable table, HuffmanUse use, int start)
    {
        if (!table.IsDefined)
        {
            if (_progressive)
                throw Invalid(start, "expected a Huffman table before the scan, received none");
            DefineStandard(table);   // motion JPEG leaves the standard's own tables out
        }
        if (!table.TryPrepare(use))
            throw Invalid(start, "expected DC Huffman symbols 0 to 15, received a larger one");
    }

    private void DefineStandard(HuffmanTable table)
    {
        bool ac = _acTables.AsSpan().Contains(table);
        bool chroma = Array.IndexOf(ac ? _acTables : _dcTables, table) % 2 == 1;
        (byte[] counts, byte[] symbols) = StandardHuffman.Get(ac, chroma);
        table.TryDefine(counts, symbols);
    }

    /// <summary>Starts the data of a scan.</summary>
    private void BeginScan()
    {
        _anyScan = true;
        foreach (JpegComponent component in _scan.AsSpan(0, _scanCount))
            component.Prediction = 0;
        _restartsLeft = _restartInterval;
        _nextRestart = 0;
        _reader.Begin(_data + _at, _data + _length);
    }

    /// <summary>Does what is due before an MCU: loads data, passes a restart marker. Returns true after a restart.</summary>
    private bool BeforeMcu()
    {
        if (_reader.Position > _reader.Limit && !_reader.Fill())
            throw DataEnds();
        if (_restartInterval == 0)
            return false;
        if (_restartsLeft > 0)
        {
            _restartsLeft--;
            return false;
        }
        if (!_reader.SkipToMarker())
            throw DataEnds();
        if (_reader.Marker != JpegMarker.Restart0 + _nextRestart)
            throw Invalid(_reader.Raw - _data, $"expected restart marker {_nextRestart}, received {Describe(_reader.Marker)}");
        _nextRestart = (_nextRestart + 1) & 7;
        _restartsLeft = _restartInterval - 1;
        foreach (JpegComponent component in _scan.AsSpan(0, _scanCount))
            component.Prediction = 0;
        _reader.Begin(_reader.Raw, _data + _length);
        return true;
    }

    /// <summary>Ends the data of a scan; the next marker is read again from the file.</summary>
    private void EndScan()
    {
        if (!_reader.SkipToMarker())
            throw DataEnds();
        _at = (int)(_reader.Raw - _data);
        if (_reader.Marker != JpegMarker.None)
            _at -= 2;
    }

    private Common.InvalidContentException DataEnds() =>
        Invalid(_reader.Raw - _data, $"expected more data in the scan, received {Describe(_reader.Marker)}");

    private Common.InvalidContentException Broken() =>
        Invalid(_reader.Raw - _data, "expected a code of the Huffman table, received bits that are none (shortly before this byte)");

    private static string Describe(int marker) => marker == JpegMarker.None ? "the end of the file" : $"marker FF{marker:X2}";
}
