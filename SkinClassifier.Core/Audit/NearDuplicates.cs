using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>
/// Pairs of images that show the same thing, though their files differ: turned, mirrored, cropped, scaled, recompressed, of other brightness; or two
/// photographs of one spot. Perceptual hashes find copies; the feature maps of a backbone find the others, where there is one and the images are many enough.
/// </summary>
internal static class NearDuplicates
{
    /// <summary>Distance up to which a leak is told and <c>--group-by auto</c> joins two images.</summary>
    public const double SureDistance = 0.75;

    /// <summary>Largest distance that is listed.</summary>
    public const double MaxDistance = 0.95;

    /// <summary>Most pairs that are listed, unless more are sure.</summary>
    public const int MaxPairs = 1000;

    /// <summary>More images are not compared: the time grows with the square of their number.</summary>
    public const int MaxImages = 200_000;

    /// <summary>The pairs, closest first. Pairs of one group, class and set are left out: they stay together anyway.</summary>
    /// <param name="examples">The images.</param>
    /// <param name="backbone">A pretrained network and the size of its images; null: hashes alone are compared.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <param name="progress">Called with (what is done, images done, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="hashes">The hash of each image, where they are known. Default: the images are read for them.</param>
    /// <returns>Null with more than <see cref="MaxImages"/> images.</returns>
    public static IReadOnlyList<NearDuplicatePair>? Find(IReadOnlyList<ImageExample> examples,
        (Graph Features, ImagePreprocessor Preprocessor)? backbone, DecoderOptions? decoder, WorkerPool workers, Action<string, int, int>? progress,
        CancellationToken cancellationToken, IReadOnlyList<PerceptualHash?>? hashes = null)
    {
        if (examples.Count > MaxImages)
            return null;
        Action<int, int>? Told(string what) => progress is null ? null : (done, all) => progress(what, done, all);
        hashes ??= ImageHashes.Of(examples, decoder, workers, Told("hashing"), cancellationToken);
        ImageDescriptions? descriptions = backbone is not { } network ? null : ImageDescriptions.Compute(examples, network.Features, network.Preprocessor,
            decoder, workers, Told("comparing"), cancellationToken);
        bool Matters(int i, int j) => examples[i].Group is null || examples[i].Group != examples[j].Group
            || examples[i].LabelIndex != examples[j].LabelIndex || examples[i].Split != examples[j].Split;
        IReadOnlyList<(int First, int Second, double Distance)> copies = HashPairs.Find(hashes, Matters, workers, cancellationToken),
            alike = descriptions is null ? [] : NearestImages.Find(descriptions, Matters, workers, cancellationToken);
        return [.. copies.Concat(alike.Where(p => p.Distance <= MaxDistance)).GroupBy(p => (p.First, p.Second), p => p.Distance)
            .Select(p => (Pair: p.Key, Distance: p.Min())).OrderBy(p => p.Distance).ThenBy(p => p.Pair)
            .TakeWhile((p, i) => i < MaxPairs || p.Distance <= SureDistance)
            .Select(p => new NearDuplicatePair(examples[p.Pair.First], examples[p.Pair.Second], p.Distance))];
    }
}
