using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Decodes JPEG (ITU-T T.81): baseline, extended and progressive, 8 bit, 1 to 4 components, any sampling factors.
/// Samples equal those of the Independent JPEG Group's library with accurate integer DCT and "fancy" upsampling.
/// An instance keeps its buffers for the next image; it serves one thread at a time.
/// </summary>
internal sealed unsafe partial class JpegDecoder
{
    /// <summary>Coefficients that an instance keeps for the next image, per component; 16 MiB.</summary>
    private const int KeptCoefficients = 8 << 20;

    [ThreadStatic]
    private static JpegDecoder? t_idle;

    private readonly JpegEntropyReader _reader = new();
    private readonly JpegRows _rows = new();
    private readonly JpegBlocks _blocks = new();
    private byte* _data;
    private int _length, _at;
    private string _name = "";

    /// <summary>Reads the size and the orientation; no pixels.</summary>
    public static ImageHeader Identify(ReadOnlySpan<byte> content, string name)
    {
        JpegDecoder decoder = Rent();
        fixed (byte* data = content)
        {
            decoder.Open(data, content.Length, name);
            decoder.ReadToFrame();
        }
        ImageHeader header =
            new(decoder._width, decoder._height, Math.Max(1, decoder._exifOrientation != 0 ? decoder._exifOrientation : decoder._xmpOrientation));
        Return(decoder);
        return header;
    }

    /// <summary>
    /// Decodes an image at <paramref name="eighths"/>/8 (1, 2, 4 or 8) of its size, rounded up, as the image is stored: orientation is not applied.
    /// </summary>
    public static RgbImage Decode(ReadOnlySpan<byte> content, DecoderOptions options, string name, int eighths = 8)
    {
        ImageBuffer image = new();
        Decode(content, options, name, image, eighths);
        return image.Take();
    }

    /// <summary>As above, into <paramref name="image"/>. Nothing is allocated once buffer and thread have decoded an image of that size.</summary>
    public static void Decode(ReadOnlySpan<byte> content, DecoderOptions options, string name, ImageBuffer image, int eighths = 8)
    {
        JpegDecoder decoder = Rent();
        fixed (byte* data = content)
        {
            decoder.Begin(data, content.Length, options, name, eighths);
            image.Reset(decoder._rows.Width, decoder._rows.Height);
            fixed (byte* target = image.Pixels)
                decoder.DecodePixels(target);
        }
        Return(decoder);
    }

    /// <summary>Decodes an image into <paramref name="rows"/>; its size, or null where <paramref name="scale"/> wants no window that these take.</summary>
    public static (int Width, int Height)? DecodeRows(
        ReadOnlySpan<byte> content, DecoderOptions options, string name, RowResize rows, IDecodingScale scale, int eighths)
    {
        JpegDecoder decoder = Rent();
        (int Width, int Height)? size = null;
        fixed (byte* data = content)
        {
            decoder.Begin(data, content.Length, options, name, eighths);
            (int width, int height) = (decoder._rows.Width, decoder._rows.Height);
            if (scale.Window(width, height) is { } window && RowResize.Takes(window, width, height))
            {
                rows.Begin(window, width, height);
                decoder._rows.Resize = rows;
                decoder.DecodePixels(null);
                size = (width, height);
            }
        }
        Return(decoder);
        return size;
    }

    // An instance is given back only after success; what a damaged file has left behind is dropped.
    private static JpegDecoder Rent()
    {
        JpegDecoder decoder = t_idle ?? new JpegDecoder();
        t_idle = null;
        return decoder;
    }

    private static void Return(JpegDecoder decoder)
    {
        foreach (JpegComponent component in decoder._components)
            component.Trim(KeptCoefficients);
        decoder._rows.Resize = null;
        decoder._rows.Trim();
        decoder._data = null;
        decoder._name = "";
        t_idle = decoder;
    }

    private void Begin(byte* data, int length, DecoderOptions options, string name, int eighths)
    {
        if (eighths is not (1 or 2 or 4 or 8))
            throw new ArgumentOutOfRangeException(nameof(eighths), eighths, "A JPEG can be decoded at 1, 2, 4 or 8 eighths of its size.");
        Open(data, length, name);
        ReadToFrame();
        CheckLimits(options);
        LayOut(eighths);
    }

    private void Open(byte* data, int length, string name)
    {
        _data = data;
        _length = length;
        _name = name;
        _at = 0;
        _anyScan = false;
        ForgetTables();
        if (length < 4 || data[0] != 0xFF || data[1] != JpegMarker.StartOfImage)
            throw JpegError.Invalid(name, 0, $"expected the marker FFD8, received {(length < 2 ? "nothing" : $"{data[0]:X2}{data[1]:X2}")}");
        _at = 2;
    }

    private void DecodePixels(byte* target)
    {
        while (true)
        {
            int marker = NextMarker();
            if (marker is JpegMarker.EndOfImage or JpegMarker.None)
            {
                FinishBuffered(target, cut: marker == JpegMarker.None);
                return;
            }
            if (marker == JpegMarker.StartOfScan)
            {
                ReadScanHeader();
                if (!_progressive && _scanCount == _componentCount && !_anyScan)
                {
                    DecodeDirect(target);
                    return;
                }
                DecodeBuffered();
            }
            else
                ReadSegment(marker);
        }
    }

    private ReadOnlySpan<byte> Bytes(int start, int length) => new(_data + start, length);
}
