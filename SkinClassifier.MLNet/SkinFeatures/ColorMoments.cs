namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// Mean, standard deviation √m₂ and signed cube root of the third central moment ∛m₃ of L, a and b: over the image, over the lesion, and the means of
/// the lesion minus those of the skin around it. Stricker and Orengo, Similarity of Color Images, SPIE 2420 (1995). 21 numbers, in units of CIELAB.
/// </summary>
internal sealed class ColorMoments : ISkinFeature
{
    private static readonly string[] Channels = ["L", "a", "b"], Moments = ["mean", "deviation", "skewness"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } =
    [
        .. from region in new[] { "image", "lesion" } from channel in Channels from moment in Moments select $"color.{region}.{channel}.{moment}",
        .. Channels.Select(channel => $"color.contrast.{channel}"),
    ];

    /// <inheritdoc/>
    public void Write(SkinImage image, Span<float> destination)
    {
        Span<float> skin = stackalloc float[3];
        for (int c = 0; c < 3; c++)
        {
            float[] plane = image.Lab.All[c];
            Compute(plane, [], true, destination.Slice(3 * c, 3));
            Compute(plane, image.Lesion.Inside, true, destination.Slice(9 + 3 * c, 3));
            Compute(plane, image.Lesion.Inside, false, skin);
            destination[18 + c] = destination[9 + 3 * c] - skin[0];
        }
    }

    /// <summary>Mean, √m₂, ∛m₃ of the pixels where the mask has a value; of all pixels without a mask, or where it has the value nowhere.</summary>
    internal static void Compute(ReadOnlySpan<float> plane, ReadOnlySpan<bool> mask, bool value, Span<float> moments)
    {
        if (mask.IndexOf(value) < 0)
            mask = [];
        double sum = 0, second = 0, third = 0;
        int count = 0;
        for (int i = 0; i < plane.Length; i++)
            if (mask.IsEmpty || mask[i] == value)
            {
                sum += plane[i];
                count++;
            }
        double mean = sum / count;
        for (int i = 0; i < plane.Length; i++)
            if (mask.IsEmpty || mask[i] == value)
            {
                double d = plane[i] - mean;
                second += d * d;
                third += d * d * d;
            }
        moments[0] = (float)mean;
        moments[1] = (float)Math.Sqrt(second / count);
        moments[2] = (float)Math.Cbrt(third / count);
    }
}
