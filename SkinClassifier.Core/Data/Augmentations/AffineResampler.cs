using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Draws a picture through an affine map with bilinear weights: the new pixel is Σ wᵢ · source of the four pixels around the mapped place,
/// rounded to the nearest integer. Places beyond the edge follow the fill mode.
/// </summary>
internal static class AffineResampler
{
    /// <summary>The picture of <paramref name="width"/> × <paramref name="height"/> whose pixel at p shows what <paramref name="source"/> has at <paramref name="map"/>(p).</summary>
    public static RgbImage Warp(RgbImage source, AffineMap map, int width, int height, Fill fill)
    {
        RgbImage result = new(width, height);
        ReadOnlySpan<byte> pixels = source.Pixels;
        int stride = source.Width * 3;
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = result.Row(y);
            double startX = map.Xy * (y + 0.5) + map.X0 - 0.5, startY = map.Yy * (y + 0.5) + map.Y0 - 0.5;
            for (int x = 0; x < width; x++)
            {
                double sx = map.Xx * (x + 0.5) + startX, sy = map.Yx * (x + 0.5) + startY;
                double floorX = Math.Floor(sx), floorY = Math.Floor(sy);
                float fx = (float)(sx - floorX), fy = (float)(sy - floorY);
                float w00 = (1 - fx) * (1 - fy), w01 = fx * (1 - fy), w10 = (1 - fx) * fy, w11 = fx * fy;
                Span<byte> to = row.Slice(3 * x, 3);
                if (floorX >= 0 && floorY >= 0 && floorX < source.Width - 1 && floorY < source.Height - 1)
                {
                    int at = (int)floorY * stride + (int)floorX * 3;
                    ReadOnlySpan<byte> above = pixels.Slice(at, 6), below = pixels.Slice(at + stride, 6);
                    to[0] = (byte)(w00 * above[0] + w01 * above[3] + w10 * below[0] + w11 * below[3] + 0.5f);
                    to[1] = (byte)(w00 * above[1] + w01 * above[4] + w10 * below[1] + w11 * below[4] + 0.5f);
                    to[2] = (byte)(w00 * above[2] + w01 * above[5] + w10 * below[2] + w11 * below[5] + 0.5f);
                    continue;
                }
                int left = Place(floorX, source.Width, fill.Mode), right = Place(floorX + 1, source.Width, fill.Mode);
                int top = Place(floorY, source.Height, fill.Mode), bottom = Place(floorY + 1, source.Height, fill.Mode);
                for (int c = 0; c < 3; c++)
                {
                    float constant = c == 0 ? fill.R : c == 1 ? fill.G : fill.B;
                    float value = w00 * Sample(pixels, stride, left, top, c, constant) + w01 * Sample(pixels, stride, right, top, c, constant)
                        + w10 * Sample(pixels, stride, left, bottom, c, constant) + w11 * Sample(pixels, stride, right, bottom, c, constant);
                    to[c] = (byte)(value + 0.5f);
                }
            }
        }
        return result;
    }

    private static float Sample(ReadOnlySpan<byte> pixels, int stride, int x, int y, int channel, float constant) =>
        x < 0 || y < 0 ? constant : pixels[y * stride + x * 3 + channel];

    // The pixel that stands for position p of an edge of n pixels; −1 for the constant colour.
    private static int Place(double position, int n, FillMode mode)
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
                return Math.Min((int)(position - n * Math.Floor(position / n)), n - 1);
            default:
                int inPair = Math.Min((int)(position - 2.0 * n * Math.Floor(position / (2.0 * n))), 2 * n - 1);
                return inPair < n ? inPair : 2 * n - 1 - inPair;
        }
    }
}
