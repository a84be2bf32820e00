namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>One family of classical descriptors. One file per family, one line in <see cref="SkinFeatureExtractor"/>.</summary>
internal interface ISkinFeature
{
    /// <summary>Names of the numbers, in their order: family, then what it is, for example "glcm.contrast.1".</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Writes the numbers.</summary>
    /// <param name="image">The image at its working size, with what the families share.</param>
    /// <param name="destination">As many numbers as there are names.</param>
    void Write(SkinImage image, Span<float> destination);
}
