namespace SkinClassifier.Imaging;

/// <summary>An image in memory: 8 bit red, green, blue, interleaved, rows from the top, no padding.</summary>
public sealed partial class RgbImage
{
    private readonly byte[] _pixels;

    /// <summary>Creates a black image. <paramref name="width"/> and <paramref name="height"/> in pixels, at least 1.</summary>
    public RgbImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height * 3, Array.MaxLength, nameof(width));
        Width = width;
        Height = height;
        _pixels = new byte[width * height * 3];
    }

    /// <summary>Wraps <paramref name="pixels"/> (3 · width · height bytes) without copying.</summary>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != 3L * width * height)
            throw new ArgumentException($"RgbImage {width}×{height}: expected {3L * width * height} bytes, received {pixels.LongLength}.", nameof(pixels));
        Width = width;
        Height = height;
        _pixels = pixels;
    }

    /// <summary>Columns, in pixels.</summary>
    public int Width { get; }

    /// <summary>Rows, in pixels.</summary>
    public int Height { get; }

    /// <summary>All samples: R, G, B of the top left pixel first.</summary>
    public Span<byte> Pixels => _pixels;

    /// <summary>The 3 · <see cref="Width"/> samples of row <paramref name="y"/>.</summary>
    public Span<byte> Row(int y) => _pixels.AsSpan(y * Width * 3, Width * 3);
}
