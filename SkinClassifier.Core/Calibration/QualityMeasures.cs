using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SkinClassifier.Calibration;

/// <summary>
/// What can be measured of an image without knowing what it shows. Luminance is 0.299 R + 0.587 G + 0.114 B, of the network's input, 0 to 255.
/// </summary>
/// <param name="Brightness">Mean luminance.</param>
/// <param name="Contrast">Standard deviation of the luminance; near 0 for an empty image.</param>
/// <param name="Sharpness">
/// Square root of the mean square of the Laplacian (left + right + above + below − 4 · middle) of the luminance, without the border; 0 for an image of fewer
/// than 3 rows or columns. Blur makes it small, noise and fine detail make it large.
/// </param>
/// <param name="Glare">Share of pixels whose three colors are all 250 or more, 0 to 1.</param>
/// <param name="ShorterSide">Shorter side of the image before it was scaled, in pixels.</param>
internal readonly record struct QualityMeasures(float Brightness, float Contrast, float Sharpness, float Glare, int ShorterSide)
{
    private const float Red = 0.299f, Green = 0.587f, Blue = 0.114f, White = 250;
    private const int MaxStackWidth = 1024;

    /// <summary>Measures an image; allocates nothing once warm.</summary>
    /// <param name="image">The network's input [3,H,W], red, green and blue planes, 0 to 255.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="originalWidth">Columns of the image before it was scaled.</param>
    /// <param name="originalHeight">Its rows.</param>
    /// <exception cref="ArgumentException"><paramref name="image"/> does not have 3 · H · W elements.</exception>
    public static QualityMeasures Of(ReadOnlySpan<float> image, int width, int height, int originalWidth, int originalHeight)
    {
        int plane = width * height;
        if (plane == 0 || image.Length != 3 * plane)
            throw new ArgumentException($"QualityMeasures: expected 3 · {height} · {width} values, received {image.Length}.", nameof(image));
        float[]? rented = width > MaxStackWidth ? ArrayPool<float>.Shared.Rent(3 * width) : null;
        Span<float> rows = rented is null ? stackalloc float[3 * MaxStackWidth] : rented;
        double sum = 0, squares = 0, edges = 0;
        long white = 0;
        for (int y = 0; y < height; y++)
        {
            Span<float> below = rows.Slice(y % 3 * width, width);
            int start = y * width;
            white += Luminance(image.Slice(start, width), image.Slice(plane + start, width), image.Slice(2 * plane + start, width), below,
                ref sum, ref squares);
            if (y >= 2 && width >= 3)
                edges += LaplacianSquares(rows.Slice((y - 2) % 3 * width, width), rows.Slice((y - 1) % 3 * width, width), below);
        }
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
        double mean = sum / plane;
        long inner = width >= 3 && height >= 3 ? (long)(width - 2) * (height - 2) : 1;
        return new QualityMeasures((float)mean, (float)Math.Sqrt(Math.Max(0, squares / plane - mean * mean)), (float)Math.Sqrt(edges / inner),
            (float)white / plane, Math.Min(originalWidth, originalHeight));
    }

    /// <summary>Writes the luminance of a row, adds its sum and the sum of its squares, and counts its white pixels.</summary>
    private static int Luminance(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, Span<float> luminance, ref double sum,
        ref double squares)
    {
        ref float r = ref MemoryMarshal.GetReference(red), g = ref MemoryMarshal.GetReference(green), b = ref MemoryMarshal.GetReference(blue);
        ref float to = ref MemoryMarshal.GetReference(luminance);
        Vector<float> total = Vector<float>.Zero, totalSquares = Vector<float>.Zero, white = new(White);
        Vector<int> counts = Vector<int>.Zero;
        int x = 0;
        for (; x <= red.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            nuint at = (nuint)x;
            Vector<float> vr = Vector.LoadUnsafe(ref r, at), vg = Vector.LoadUnsafe(ref g, at), vb = Vector.LoadUnsafe(ref b, at);
            Vector<float> value = vr * Red + vg * Green + vb * Blue;
            value.StoreUnsafe(ref to, at);
            total += value;
            totalSquares += value * value;
            counts -= Vector.GreaterThanOrEqual(Vector.Min(vr, Vector.Min(vg, vb)), white); // a lane that holds is −1
        }
        float rest = 0, restSquares = 0;
        int restWhite = 0;
        for (; x < red.Length; x++)
        {
            float value = red[x] * Red + green[x] * Green + blue[x] * Blue;
            luminance[x] = value;
            rest += value;
            restSquares += value * value;
            restWhite += Math.Min(red[x], Math.Min(green[x], blue[x])) >= White ? 1 : 0;
        }
        sum += Vector.Sum(total) + rest;
        squares += Vector.Sum(totalSquares) + restSquares;
        return Vector.Sum(counts) + restWhite;
    }

    /// <summary>Sum of the squared Laplacian of the inner pixels of the middle one of three rows.</summary>
    private static double LaplacianSquares(ReadOnlySpan<float> above, ReadOnlySpan<float> row, ReadOnlySpan<float> below)
    {
        ref float a = ref MemoryMarshal.GetReference(above), m = ref MemoryMarshal.GetReference(row), b = ref MemoryMarshal.GetReference(below);
        Vector<float> total = Vector<float>.Zero, four = new(4f);
        int x = 1, end = row.Length - 1;
        for (; x <= end - Vector<float>.Count; x += Vector<float>.Count)
        {
            nuint at = (nuint)x;
            Vector<float> value = Vector.LoadUnsafe(ref m, at - 1) + Vector.LoadUnsafe(ref m, at + 1) + Vector.LoadUnsafe(ref a, at)
                + Vector.LoadUnsafe(ref b, at) - Vector.LoadUnsafe(ref m, at) * four;
            total += value * value;
        }
        float rest = 0;
        for (; x < end; x++)
        {
            float value = row[x - 1] + row[x + 1] + above[x] + below[x] - 4 * row[x];
            rest += value * value;
        }
        return Vector.Sum(total) + rest;
    }
}
