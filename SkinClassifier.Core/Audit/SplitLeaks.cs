using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>
/// Copies of one image in different sets: turned, mirrored, recompressed, of other brightness or with a border cut off. They make figures better than they
/// are. Found by hashes alone.
/// </summary>
internal static class SplitLeaks
{
    /// <summary>Finds them, closest first; files with equal bytes are told elsewhere and left out.</summary>
    /// <param name="sets">Training, validation and test images.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Threads. Default: all processors.</param>
    /// <param name="progress">Called with (images done, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The pairs; null when the images are more than <see cref="NearDuplicates.MaxImages"/>.</returns>
    public static IReadOnlyList<NearDuplicatePair>? Find(IReadOnlyList<IReadOnlyList<ImageExample>> sets, DecoderOptions? decoder = null,
        WorkerPool? workers = null, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        workers ??= WorkerPool.Shared;
        ImageExample[] examples = [.. sets.SelectMany(s => s)];
        int[] set = [.. sets.Index().SelectMany(s => Enumerable.Repeat(s.Index, s.Item.Count))];
        if (examples.Length > NearDuplicates.MaxImages)
            return null;
        PerceptualHash?[] hashes = ImageHashes.Of(examples, decoder, workers, progress, cancellationToken);
        return [.. HashPairs.Find(hashes, (i, j) => set[i] != set[j], workers, cancellationToken).OrderBy(p => p.Distance)
            .Select(p => new NearDuplicatePair(examples[p.First], examples[p.Second], p.Distance))
            .Where(p => p.First.ContentHash is null || p.First.ContentHash != p.Second.ContentHash)];
    }
}
