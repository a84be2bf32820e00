using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Corruptions;

/// <summary>
/// Something that happens to images of skin, in five severities. What is random of an image (where a hair lies, which way it is turned) is the same at all
/// severities, so that a severity adds to the one before it. Safe to share between threads.
/// </summary>
/// <param name="Name">Its name in metrics.json, for example "motion".</param>
/// <param name="Strengths">What the severities mean, in words, for documents.</param>
/// <param name="Change">Changes an image in place, or gives a new one of the same size: image, severity 1 to 5, random source.</param>
internal sealed record Corruption(string Name, string Strengths, Func<RgbImage, int, SeededRandom, RgbImage> Change)
{
    /// <summary>Severities are 1 to this.</summary>
    public const int Severities = 5;

    /// <summary>Corrupts an image.</summary>
    /// <param name="image">The image; it may be written to.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="index">The image's number; it and the seed alone decide what is random.</param>
    public RgbImage Apply(RgbImage image, int severity, ulong seed, int index) => Change(image, severity, new SeededRandom(seed, Key(Name), (ulong)index));

    private static ulong Key(string name)
    {
        ulong key = 0;
        foreach (char c in name)
            key = key * 31 + c;
        return key;
    }
}
