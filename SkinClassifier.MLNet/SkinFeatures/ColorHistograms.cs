namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// Shares of the pixels in eight equal bins of L (0 to 100), a (−20 to 60) and b (−20 to 60), the range of skin and lesions; values beyond a range count
/// in its last bin. Swain and Ballard, Color Indexing, IJCV 7 (1991). 24 numbers, 0 to 1; each channel's sum is 1.
/// </summary>
internal sealed class ColorHistograms : ISkinFeature
{
    /// <summary>Bins of one channel.</summary>
    public const int Bins = 8;

    private static readonly (string Name, float Low, float High)[] Channels = [("L", 0, 100), ("a", -20, 60), ("b", -20, 60)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } =
        [.. from channel in Channels from bin in Enumerable.Range(1, Bins) select $"histogram.{channel.Name}.{bin}"];

    /// <inheritdoc/>
    public void Write(SkinImage image, Span<float> destination)
    {
        for (int c = 0; c < Channels.Length; c++)
            Compute(image.Lab.All[c], Channels[c].Low, Channels[c].High, destination.Slice(c * Bins, Bins));
    }

    /// <summary>Shares of the values in equal bins between two borders.</summary>
    internal static void Compute(ReadOnlySpan<float> plane, float low, float high, Span<float> shares)
    {
        Span<int> counts = stackalloc int[shares.Length];
        foreach (float value in plane)
            counts[Math.Clamp((int)Math.Floor((value - low) / (high - low) * counts.Length), 0, counts.Length - 1)]++;
        for (int bin = 0; bin < counts.Length; bin++)
            shares[bin] = (float)counts[bin] / plane.Length;
    }
}
