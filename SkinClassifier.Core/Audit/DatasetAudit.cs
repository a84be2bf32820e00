using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>An inspection of a dataset with near duplicates.</summary>
internal static class DatasetAudit
{
    /// <summary>Reads and decodes every image and compares them.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="backbone">A pretrained network and the size of its images; null: hashes alone are compared.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="progress">Called with (what is done, images done, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="workers">Threads. Default: all processors.</param>
    public static DatasetInspection Inspect(ImageDataset dataset, (Graph Features, ImagePreprocessor Preprocessor)? backbone, DecoderOptions? decoder,
        Action<string, int, int>? progress, CancellationToken cancellationToken, WorkerPool? workers = null)
    {
        workers ??= WorkerPool.Shared;
        bool compares = dataset.Examples.Count <= NearDuplicates.MaxImages;
        PerceptualHash?[] hashes = new PerceptualHash?[dataset.Examples.Count];
        DatasetInspection found = DatasetInspection.Inspect(dataset, compares ? (i, image) => hashes[i] = PerceptualHash.Of(image) : null, decoder, workers,
            progress is null ? null : (done, all) => progress("reading", done, all), cancellationToken);
        if (!compares)
            return found;
        ImageDescriptions? descriptions = backbone is not { } network ? null
            : ImageDescriptions.Compute(dataset.Examples, network.Features, network.Preprocessor, decoder, workers,
                progress is null ? null : (done, all) => progress("comparing", done, all), cancellationToken);
        found.NearDuplicates = NearDuplicates.Find(dataset.Examples, hashes, descriptions, workers, cancellationToken);
        return found;
    }
}
