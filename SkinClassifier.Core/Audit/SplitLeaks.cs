using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>
/// Copies of one image in different sets: turned, mirrored, recompressed, of other brightness or with a border cut off. They make figures better than they
/// are. Found by hashes, and among images whose features an earlier run has left also by these.
/// </summary>
internal static class SplitLeaks
{
    /// <summary>Finds them, closest first; files with equal bytes are told elsewhere and left out.</summary>
    /// <param name="sets">Training, validation and test images.</param>
    /// <param name="features">Features of the images in the order of the sets [N,D], D, and which of them are known. Default: none.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Threads. Default: all processors.</param>
    /// <param name="progress">Called with (images done, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The pairs; null when the images are more than <see cref="NearDuplicates.MaxImages"/>.</returns>
    public static IReadOnlyList<NearDuplicatePair>? Find(IReadOnlyList<IReadOnlyList<ImageExample>> sets,
        (float[] Rows, int Length, bool[] IsKnown)? features = null, DecoderOptions? decoder = null, WorkerPool? workers = null,
        Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        workers ??= WorkerPool.Shared;
        ImageExample[] examples = [.. sets.SelectMany(s => s)];
        int[] set = [.. sets.Index().SelectMany(s => Enumerable.Repeat(s.Index, s.Item.Count))];
        if (examples.Length > NearDuplicates.MaxImages)
            return null;
        IReadOnlyList<PerceptualHash?> hashes = ImageHashes.Of(examples, decoder, workers, progress, cancellationToken);
        bool Matters(int i, int j) => set[i] != set[j];
        IEnumerable<(int First, int Second, double Distance)> pairs = HashPairs.Find(hashes, Matters, workers, cancellationToken);
        if (features is { } known && ImageDescriptions.OfFeatures(known.Rows, known.Length, known.IsKnown, workers) is { } descriptions)
            pairs = pairs.Concat(NearestImages.Find(descriptions, Matters, workers, cancellationToken).Where(p => p.Distance <= NearDuplicates.SureDistance));
        return [.. pairs.GroupBy(p => (p.First, p.Second), p => p.Distance).Select(p => (Pair: p.Key, Distance: p.Min())).OrderBy(p => p.Distance)
            .ThenBy(p => p.Pair).Select(p => new NearDuplicatePair(examples[p.Pair.First], examples[p.Pair.Second], p.Distance))
            .Where(p => p.First.ContentHash is null || p.First.ContentHash != p.Second.ContentHash)];
    }
}
