using SkinClassifier.Imaging;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// Classical descriptors of an image of skin: 176 numbers of color, texture and shape, as they were used before networks, for comparisons. The image is
/// first brought to a working size (longer side 200 pixels), so that the numbers do not depend on the camera's resolution. Managed code; safe for several
/// threads.
/// </summary>
public static class SkinFeatureExtractor
{
    private const int Length = 176;

    private static readonly ISkinFeature[] Families =
    [
        new ColorMoments(),
        new ColorHistograms(),
        new GrayCooccurrence(),
        new LocalBinaryPatterns(),
        new OrientedGradients(),
        new LesionShape(),
    ];

    /// <summary>Number of descriptors, 176.</summary>
    public static int Count => Length;

    /// <summary>
    /// Names of the descriptors in their order: color.* (moments in CIELAB), histogram.* (CIELAB), glcm.* (gray-level co-occurrence), lbp.* (local
    /// binary patterns), hog.* (oriented gradients), shape.* (asymmetry, border, diameter of the lesion).
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = [.. Families.SelectMany(f => f.Names)];

    /// <summary>The descriptors of an image, in the order of <see cref="Names"/>.</summary>
    /// <param name="image">The image, of any size.</param>
    public static float[] Extract(RgbImage image)
    {
        float[] features = new float[Length];
        Extract(image, features);
        return features;
    }

    /// <summary>Writes the descriptors of an image, in the order of <see cref="Names"/>. All are finite.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <param name="destination">Room for <see cref="Count"/> numbers.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public static void Extract(RgbImage image, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (destination.Length != Length)
            throw new ArgumentException($"SkinFeatureExtractor: expected room for {Length} numbers, received {destination.Length}.", nameof(destination));
        SkinImage prepared = SkinImage.Of(image);
        foreach (ISkinFeature family in Families)
        {
            family.Write(prepared, destination[..family.Names.Count]);
            destination = destination[family.Names.Count..];
        }
    }
}
