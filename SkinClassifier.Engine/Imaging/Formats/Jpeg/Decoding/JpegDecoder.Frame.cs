namespace SkinClassifier.Imaging.Formats.Jpeg;

// The frame header: sizes, components, color model, limits.
internal sealed unsafe partial class JpegDecoder
{
    private readonly JpegComponent[] _components = [new(), new(), new(), new()];
    private int _width, _height, _componentCount, _maxH, _maxV, _mcusWide, _mcusHigh;
    private bool _progressive;

    /// <summary>Reads up to and including the frame header.</summary>
    private void ReadToFrame()
    {
        while (true)
        {
            int marker = NextMarker();
            if (marker is JpegMarker.None or JpegMarker.EndOfImage or JpegMarker.StartOfScan)
                throw Invalid(_at, $"expected a frame header, received {(marker == JpegMarker.None ? "the end of the file" : $"marker FF{marker:X2}")}");
            if (marker is JpegMarker.BaselineFrame or JpegMarker.ExtendedFrame or JpegMarker.ProgressiveFrame)
            {
                ReadFrame(marker);
                return;
            }
            if (JpegMarker.IsFrame(marker) || marker is JpegMarker.HierarchicalProgression or JpegMarker.JpegLsFrame)
                throw JpegError.Unsupported(_name, JpegMarker.FrameName(marker));
            ReadSegment(marker);
        }
    }

    private void ReadFrame(int marker)
    {
        int start = _at;
        ReadOnlySpan<byte> body = NextBody(marker);
        if (body.Length < 6 || body.Length < 6 + 3 * body[5])
            throw Invalid(start, $"expected a frame header of {(body.Length < 6 ? 6 : 6 + 3 * body[5])} bytes, received {body.Length}");
        _progressive = marker == JpegMarker.ProgressiveFrame;
        _height = body[1] << 8 | body[2];
        _width = body[3] << 8 | body[4];
        _componentCount = body[5];
        if (body[0] is 12 or 16)
            throw JpegError.Unsupported(_name, $"{body[0]} bit samples");
        if (body[0] != 8)
            throw Invalid(start, $"expected 8 bit samples, received {body[0]}");
        if (_height == 0)
            throw JpegError.Unsupported(_name, "a height that follows the first scan (DNL)");
        if (_width == 0)
            throw Invalid(start, "expected a width of at least 1, received 0");
        if (_componentCount is 0 or > 4)
            throw Invalid(start, $"expected 1 to 4 components, received {_componentCount}");
        ReadComponents(body[6..], start);
    }

    private void ReadComponents(ReadOnlySpan<byte> body, int start)
    {
        _maxH = _maxV = 1;
        for (int i = 0; i < _componentCount; i++)
        {
            JpegComponent component = _components[i];
            component.Id = body[3 * i];
            component.H = body[3 * i + 1] >> 4;
            component.V = body[3 * i + 1] & 15;
            component.TableIndex = body[3 * i + 2];
            component.IsScanned = false;
            component.Precision.AsSpan().Fill(-1);
            if (component.H is 0 or > 4 || component.V is 0 or > 4)
                throw Invalid(start, $"expected sampling factors 1 to 4, received {component.H}×{component.V}");
            if (component.TableIndex > 3)
                throw Invalid(start, $"expected a quantization table 0 to 3, received {component.TableIndex}");
            for (int j = 0; j < i; j++)
                if (_components[j].Id == component.Id)
                    throw Invalid(start, $"expected components with different identifiers, received {component.Id} twice");
            if (_componentCount == 1)
                component.H = component.V = 1;   // a single component is never interleaved; its factors have no effect
            _maxH = Math.Max(_maxH, component.H);
            _maxV = Math.Max(_maxV, component.V);
        }
        _mcusWide = Ceiling(_width, 8 * _maxH);
        _mcusHigh = Ceiling(_height, 8 * _maxV);
        for (int i = 0; i < _componentCount; i++)
        {
            JpegComponent component = _components[i];
            component.BlocksWide = _mcusWide * component.H;
            component.BlocksHigh = _mcusHigh * component.V;
            component.OwnBlocksWide = Ceiling(_width * component.H, 8 * _maxH);
            component.OwnBlocksHigh = Ceiling(_height * component.V, 8 * _maxV);
        }
    }

    /// <summary>
    /// Refuses images that are too large, and sizes that the file is too short for: every block takes at least one bit, in sequential files two.
    /// </summary>
    private void CheckLimits(DecoderOptions options)
    {
        long most = Math.Min(options.MaxPixels, Array.MaxLength / 3);
        if ((long)_width * _height > most)
            throw new Common.UnsupportedContentException(
                $"{_name}: expected at most {most} pixels, received {_width}×{_height}. Raise DecoderOptions.MaxPixels or shrink the image.");
        long bits = 0;
        for (int i = 0; i < _componentCount; i++)
            bits += (long)_components[i].OwnBlocksWide * _components[i].OwnBlocksHigh * (_progressive ? 1 : 2);
        if (bits > (_length - (long)_at) * 8)
            throw Invalid(_at, $"expected at least {bits / 8} bytes for {_width}×{_height} pixels, received {_length - _at}");
        _work = 0;
        _workLimit = Math.Max(1 << 20, 64 * bits);
    }

    private void LayOut(int eighths)
    {
        for (int i = 0; i < _componentCount; i++)
        {
            JpegComponent component = _components[i];
            int size = eighths;   // subsampled components are scaled down less, so that less or no upsampling is needed
            while (size < 8 && _maxH * eighths % (component.H * size * 2) == 0 && _maxV * eighths % (component.V * size * 2) == 0)
                size *= 2;
            component.BlockSize = size;
            component.SmoothUpsampling = eighths > 1;
            component.SampleWidth = Ceiling(_width * component.H * size, 8 * _maxH);
            component.SampleHeight = Ceiling(_height * component.V * size, 8 * _maxV);
        }
        _rows.LayOut(_components.AsSpan(0, _componentCount), FindColors(), Ceiling(_width * eighths, 8), Ceiling(_height * eighths, 8),
            _maxH * eighths, _maxV * eighths);
    }

    /// <summary>The color model, found as the Independent JPEG Group's library does.</summary>
    private JpegColors FindColors() => _componentCount switch
    {
        1 or 2 => JpegColors.Gray,
        3 when _sawJfif => JpegColors.YCbCr,
        3 when _sawAdobe => _adobeTransform == 0 ? JpegColors.Rgb : JpegColors.YCbCr,
        3 => _components[0].Id == 'R' && _components[1].Id == 'G' && _components[2].Id == 'B' ? JpegColors.Rgb : JpegColors.YCbCr,
        _ => _sawAdobe && _adobeTransform != 0 ? JpegColors.Ycck : JpegColors.Cmyk,
    };

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
