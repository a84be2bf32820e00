namespace SkinClassifier.Imaging.Transforms;

/// <summary>The inner loops of <see cref="Resampler"/>: sums of 8 bit samples times 22 bit weights, rounded and clamped to 8 bit.</summary>
internal static class ResampleKernels
{
    private const int Half = 1 << (ResampleWeights.FractionBits - 1);

    /// <summary>One row: <paramref name="source"/> (3 bytes a pixel) → <paramref name="destination"/> (3 bytes for each pixel of <paramref name="weights"/>).</summary>
    public static void Row(ReadOnlySpan<byte> source, in ResampleWeights weights, Span<byte> destination)
    {
        int pixels = destination.Length / 3;
        for (int i = 0; i < pixels; i++)
        {
            int count = weights.Count(i);
            ReadOnlySpan<int> w = weights.Of(i)[..count];
            ReadOnlySpan<byte> from = source.Slice(weights.Start(i) * 3, count * 3);
            int r = Half, g = Half, b = Half;
            for (int k = 0; k < w.Length; k++)
            {
                r += from[3 * k] * w[k];
                g += from[3 * k + 1] * w[k];
                b += from[3 * k + 2] * w[k];
            }
            destination[3 * i] = Round(r);
            destination[3 * i + 1] = Round(g);
            destination[3 * i + 2] = Round(b);
        }
    }

    /// <summary>One row from several: destination[x] = Σ weights[k] · source[k · stride + x].</summary>
    public static void Column(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> destination) => ColumnScalar(source, stride, weights, destination, 0);

    private static void ColumnScalar(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> destination, int first)
    {
        for (int x = first; x < destination.Length; x++)
        {
            int sum = Half;
            for (int k = 0; k < weights.Length; k++)
                sum += source[k * stride + x] * weights[k];
            destination[x] = Round(sum);
        }
    }

    private static byte Round(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.FractionBits, 0, 255);
}
