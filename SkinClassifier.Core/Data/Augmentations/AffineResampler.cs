using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Draws an image through an affine map with bilinear weights: the new pixel is Σ wᵢ · source of the four pixels around the mapped place,
/// rounded to the nearest integer. Places beyond the edge follow the fill mode. Places have 32 and weights 11 fraction bits;
/// all sums are integers, so that every instruction set gives the same bytes.
/// </summary>
internal static class AffineResampler
{
    private const int PlaceBits = 32, WeightBits = 11, One = 1 << WeightBits;

    /// <summary>
    /// The image of <paramref name="width"/> × <paramref name="height"/> whose pixel at p shows what <paramref name="source"/> has at
    /// <paramref name="map"/>(p).
    /// </summary>
    public static RgbImage Warp(RgbImage source, AffineMap map, int width, int height, Fill fill)
    {
        RgbImage result = new(width, height);
        long stepX = Fixed(map.Xx), stepY = Fixed(map.Yx);
        for (int y = 0; y < height; y++)
        {
            // The place of pixel (0, y), from the center of pixel (0, 0).
            long sx = Fixed(map.Xx * 0.5 + map.Xy * (y + 0.5) + map.X0 - 0.5), sy = Fixed(map.Yx * 0.5 + map.Yy * (y + 0.5) + map.Y0 - 0.5);
            WarpRow(source, sx, sy, stepX, stepY, result.Row(y), fill, Vector128.IsHardwareAccelerated);
        }
        return result;
    }

    /// <summary>
    /// One row: pixel x comes from the place (<paramref name="sx"/> + x · <paramref name="stepX"/>, <paramref name="sy"/> + x ·
    /// <paramref name="stepY"/>), counted between centers of source pixels.
    /// </summary>
    internal static void WarpRow(RgbImage source, long sx, long sy, long stepX, long stepY, Span<byte> row, Fill fill, bool vectors)
    {
        ReadOnlySpan<byte> pixels = source.Pixels;
        int stride = source.Width * 3;
        for (int at = 0; at < row.Length; at += 3, sx += stepX, sy += stepY)
        {
            long x = sx >> PlaceBits, y = sy >> PlaceBits;
            int fx = (int)(sx >> (PlaceBits - WeightBits)) & (One - 1), fy = (int)(sy >> (PlaceBits - WeightBits)) & (One - 1);
            if ((ulong)x < (ulong)(source.Width - 1) && (ulong)y < (ulong)(source.Height - 1))
            {
                int from = (int)y * stride + (int)x * 3;
                // Vectors read 2 bytes behind the right pixel and write one behind the new one.
                if (vectors && from + stride + 8 <= pixels.Length && at + 4 <= row.Length)
                    BinaryPrimitives.WriteUInt32LittleEndian(row[at..], Inside(pixels.Slice(from, 8), pixels.Slice(from + stride, 8), fx, fy));
                else
                    Blend(pixels.Slice(from, 3), pixels.Slice(from + 3, 3), pixels.Slice(from + stride, 3), pixels.Slice(from + stride + 3, 3), fx,
                        fy, row.Slice(at, 3));
                continue;
            }
            ReadOnlySpan<byte> constant = [fill.R, fill.G, fill.B];
            int left = Place(x, source.Width, fill.Mode), right = Place(x + 1, source.Width, fill.Mode);
            int top = Place(y, source.Height, fill.Mode), bottom = Place(y + 1, source.Height, fill.Mode);
            Blend(Sample(pixels, stride, left, top, constant), Sample(pixels, stride, right, top, constant),
                Sample(pixels, stride, left, bottom, constant), Sample(pixels, stride, right, bottom, constant), fx, fy, row.Slice(at, 3));
        }
    }

    // Lanes 0 to 2 are R, G, B; lane 3 is not used. Each argument holds two neighboring pixels and two bytes more.
    private static uint Inside(ReadOnlySpan<byte> above, ReadOnlySpan<byte> below, int fx, int fy)
    {
        Vector128<byte> spread = Vector128.Create((byte)0, 1, 2, 15, 3, 4, 5, 15, 8, 8, 8, 8, 8, 8, 8, 8);
        Vector128<ushort> top =
            Vector128.WidenLower(Vector128.Shuffle(Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(above)).AsByte(), spread));
        Vector128<ushort> bottom =
            Vector128.WidenLower(Vector128.Shuffle(Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(below)).AsByte(), spread));
        Vector128<int> wx = Vector128.Create(fx), restX = Vector128.Create(One - fx);
        Vector128<int> upper = Vector128.WidenLower(top).AsInt32() * restX + Vector128.WidenUpper(top).AsInt32() * wx;
        Vector128<int> lower = Vector128.WidenLower(bottom).AsInt32() * restX + Vector128.WidenUpper(bottom).AsInt32() * wx;
        Vector128<int> sum = upper * Vector128.Create(One - fy) + lower * Vector128.Create(fy) + Vector128.Create(1 << (2 * WeightBits - 1));
        Vector128<int> rounded = sum >> (2 * WeightBits);
        return Vector128.Narrow(Vector128.Narrow(rounded, rounded).AsUInt16(), Vector128<ushort>.Zero).AsUInt32().ToScalar();
    }

    private static void Blend(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d, int fx, int fy, Span<byte> to)
    {
        for (int k = 0; k < 3; k++)
        {
            int upper = a[k] * (One - fx) + b[k] * fx, lower = c[k] * (One - fx) + d[k] * fx;
            to[k] = (byte)((upper * (One - fy) + lower * fy + (1 << (2 * WeightBits - 1))) >> (2 * WeightBits));
        }
    }

    private static ReadOnlySpan<byte> Sample(ReadOnlySpan<byte> pixels, int stride, int x, int y, ReadOnlySpan<byte> constant) =>
        x < 0 || y < 0 ? constant : pixels.Slice(y * stride + x * 3, 3);

    // The pixel that stands for position p of an edge of n pixels; −1 for the constant color.
    private static int Place(long position, int n, FillMode mode)
    {
        if (position >= 0 && position < n)
            return (int)position;
        switch (mode)
        {
            case FillMode.Constant:
                return -1;
            case FillMode.Nearest:
                return position < 0 ? 0 : n - 1;
            case FillMode.Wrap:
                return (int)((position % n + n) % n);
            default:
                int inPair = (int)((position % (2L * n) + 2L * n) % (2L * n));
                return inPair < n ? inPair : 2 * n - 1 - inPair;
        }
    }

    // Places beyond ±2³⁰ pixels are far outside of any image and may be put anywhere there.
    private static long Fixed(double place) => (long)Math.Round(Math.Clamp(place, -(1 << 30), 1 << 30) * (1L << PlaceBits));
}
