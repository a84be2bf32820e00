namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>One row of MCUs of an image as brightness and color differences; beyond the image's right and lower edge samples repeat.</summary>
internal sealed class EncoderStrip
{
    private readonly int _factor;
    private readonly byte[] _fullCb, _fullCr;

    /// <summary>Room for <paramref name="width"/> columns; color differences are averaged over <paramref name="factor"/> × factor pixels, 1 or 2.</summary>
    public EncoderStrip(int width, int factor)
    {
        Width = width;
        _factor = factor;
        Luma = new byte[width * 8 * factor];
        _fullCb = new byte[Luma.Length];
        _fullCr = new byte[Luma.Length];
        Cb = factor == 1 ? _fullCb : new byte[ChromaWidth * 8];
        Cr = factor == 1 ? _fullCr : new byte[ChromaWidth * 8];
    }

    /// <summary>Samples per row of <see cref="Luma"/>.</summary>
    public int Width { get; }

    /// <summary>Samples per row of <see cref="Cb"/> and <see cref="Cr"/>.</summary>
    public int ChromaWidth => Width / _factor;

    /// <summary>8 · factor rows of brightness.</summary>
    public byte[] Luma { get; }

    /// <summary>8 rows of blue differences.</summary>
    public byte[] Cb { get; }

    /// <summary>8 rows of red differences.</summary>
    public byte[] Cr { get; }

    /// <summary>Fills the strip from row <paramref name="top"/> of the image on.</summary>
    public void Load(RgbImage image, int top)
    {
        int rows = Math.Min(8 * _factor, image.Height - top), filled = rows;
        for (int y = 0; y < rows; y++)
            Convert(image.Row(top + y), y * Width);
        for (; filled % _factor != 0; filled++)
            Repeat(filled - 1, filled, Width, Luma, _fullCb, _fullCr);
        int chromaRows = filled / _factor;
        if (_factor == 2)
            for (int y = 0; y < chromaRows; y++)
            {
                Average(_fullCb, Cb, y);
                Average(_fullCr, Cr, y);
            }
        for (int y = filled; y < 8 * _factor; y++)
            Repeat(filled - 1, y, Width, Luma);
        for (int y = chromaRows; y < 8; y++)
            Repeat(chromaRows - 1, y, ChromaWidth, Cb, Cr);
    }

    // ITU-R BT.601, full range, with 16 bit fractions.
    private void Convert(ReadOnlySpan<byte> pixels, int at)
    {
        int width = pixels.Length / 3;
        for (int x = 0; x < width; x++)
        {
            int r = pixels[3 * x], g = pixels[3 * x + 1], b = pixels[3 * x + 2];
            Luma[at + x] = (byte)((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
            _fullCb[at + x] = (byte)((-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32767) >> 16);
            _fullCr[at + x] = (byte)((32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32767) >> 16);
        }
        Luma.AsSpan(at + width, Width - width).Fill(Luma[at + width - 1]);
        _fullCb.AsSpan(at + width, Width - width).Fill(_fullCb[at + width - 1]);
        _fullCr.AsSpan(at + width, Width - width).Fill(_fullCr[at + width - 1]);
    }

    private static void Repeat(int from, int to, int width, params ReadOnlySpan<byte[]> planes)
    {
        foreach (byte[] plane in planes)
            plane.AsSpan(from * width, width).CopyTo(plane.AsSpan(to * width, width));
    }

    // Means of 2 × 2 samples; halves are rounded down and up in turn.
    private void Average(byte[] full, byte[] half, int row)
    {
        ReadOnlySpan<byte> upper = full.AsSpan(2 * row * Width, Width), lower = full.AsSpan((2 * row + 1) * Width, Width);
        Span<byte> target = half.AsSpan(row * ChromaWidth, ChromaWidth);
        for (int x = 0; x < target.Length; x++)
            target[x] = (byte)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 1 + (x & 1)) >> 2);
    }
}
