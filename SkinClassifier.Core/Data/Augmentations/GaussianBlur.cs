using System.Buffers;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Soft focus: rows, then columns, with weights exp(−x² / 2σ²) up to 3 σ, mirrored at the edge.
/// Parameter sigma: σ in pixels of an image whose shorter side has 224 pixels, within [0, 20], default [0.3, 1.5]. Default probability 0.2.
/// </summary>
internal sealed class GaussianBlur(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _sigma = parameters.Range("sigma", 0.3, 1.5, 0, 20);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit(), state.Draw(_sigma) * state.Scale);

    /// <summary>Does it with a given σ in pixels of this image, in place.</summary>
    internal static void Change(RgbImage image, double sigma)
    {
        int radius = (int)(3 * sigma + 0.5), width = image.Width, height = image.Height;
        if (radius == 0)
            return;
        float[] weights = Weights(sigma, radius);
        float[] rows = ArrayPool<float>.Shared.Rent(image.Pixels.Length);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> from = image.Row(y);
            for (int x = 0; x < width; x++)
            {
                float r = 0, g = 0, b = 0;
                for (int k = -radius; k <= radius; k++)
                {
                    int at = 3 * ((uint)(x + k) < (uint)width ? x + k : Mirror(x + k, width));
                    float w = weights[Math.Abs(k)];
                    r += w * from[at];
                    g += w * from[at + 1];
                    b += w * from[at + 2];
                }
                int to = (y * width + x) * 3;
                (rows[to], rows[to + 1], rows[to + 2]) = (r, g, b);
            }
        }
        int stride = 3 * width;
        float[] sum = ArrayPool<float>.Shared.Rent(stride);
        for (int y = 0; y < height; y++)
        {
            Span<float> total = sum.AsSpan(0, stride);
            total.Clear();
            for (int k = -radius; k <= radius; k++)
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(rows.AsSpan(Mirror(y + k, height) * stride, stride), weights[Math.Abs(k)], total, total);
            Span<byte> to = image.Row(y);
            for (int i = 0; i < stride; i++)
                to[i] = (byte)(total[i] + 0.5f);
        }
        ArrayPool<float>.Shared.Return(sum);
        ArrayPool<float>.Shared.Return(rows);
    }

    // weights[k] for the distances 0 … radius; all 2 · radius + 1 add up to one.
    private static float[] Weights(double sigma, int radius)
    {
        double sum = 0;
        for (int k = -radius; k <= radius; k++)
            sum += Math.Exp(-0.5 * k * k / (sigma * sigma));
        float[] weights = new float[radius + 1];
        for (int k = 0; k <= radius; k++)
            weights[k] = (float)(Math.Exp(-0.5 * k * k / (sigma * sigma)) / sum);
        return weights;
    }

    private static int Mirror(int position, int n)
    {
        int inPair = ((position % (2 * n)) + 2 * n) % (2 * n);
        return inPair < n ? inPair : 2 * n - 1 - inPair;
    }
}
