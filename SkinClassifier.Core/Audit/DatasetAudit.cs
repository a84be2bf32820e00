using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>An inspection of a dataset with the quality of its images and near duplicates.</summary>
internal static class DatasetAudit
{
    /// <summary>Reads and decodes every image, measures its quality, and compares them.</summary>
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
        QualityAudit quality = new(dataset.Examples);
        ImageHashes hashes = new(dataset.Examples.Count);
        DatasetInspection found = DatasetInspection.InspectAll(dataset, (index, image) =>
        {
            quality.Look(index, image);
            hashes.Look(index, image);
        }, decoder, workers, progress is null ? null : (done, all) => progress("reading", done, all), cancellationToken);
        found.Quality = quality.Find(dataset.Labels);
        found.NearDuplicates = NearDuplicates.Find(dataset.Examples, backbone, decoder, workers, progress, cancellationToken, hashes.Found);
        return found;
    }
}
