namespace SkinClassifier.Data;

/// <summary>Copies a dataset into the folders train, validation and test, each with one folder per class.</summary>
internal static class DatasetSplitter
{
    /// <summary>
    /// Splits <paramref name="dataset"/> (<see cref="ImageDataset.Split"/>) and copies its images to <c>part/class/file</c>; folders inside a class are kept.
    /// A metadata.csv of the dataset comes along; for a dataset from a CSV file or from memory with columns, one is written. The folder appears whole
    /// or not at all:
    /// everything is copied under a temporary name beside it and renamed at the end. Files of the dataset are never changed.
    /// </summary>
    /// <param name="dataset">The images.</param>
    /// <param name="output">The new folder; it must not exist, or be empty.</param>
    /// <param name="validationFraction">Fraction of all groups, 0 to below 1. Default 0.1; 0: no validation folder.</param>
    /// <param name="testFraction">Fraction of all groups, 0 to below 1. Default 0.2; 0: no test folder.</param>
    /// <param name="groupBy">Column whose equal values must stay in one part. Default: the groups the examples already have, if any.</param>
    /// <param name="seed">The same seed gives the same sets. Default 1.</param>
    /// <param name="progress">Called with (images done, images in all). Default: none.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>; nothing is left behind.</param>
    /// <returns>The sets; their examples still point to the original files.</returns>
    /// <exception cref="IOException"><paramref name="output"/> holds something already, or copying failed.</exception>
    /// <exception cref="ArgumentException">A fraction is out of range, a class name cannot be a folder name, or <paramref name="output"/> lies inside
    /// the dataset.</exception>
    public static DatasetSplits Split(ImageDataset dataset, string output, double validationFraction = 0.1, double testFraction = 0.2,
        string? groupBy = null, ulong seed = 1, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrEmpty(output);
        DatasetCopy.Check(dataset, output);
        DatasetSplits splits = dataset.Split(validationFraction, testFraction, groupBy, seed);
        DatasetCopy.Write(dataset, output, [.. new[] { ("train", splits.Train), ("validation", splits.Validation), ("test", splits.Test) }
            .SelectMany(s => s.Item2.Examples.Select(e => (e, $"{s.Item1}/{e.Label}")))], keepsMetadataFile: true, progress, cancellationToken);
        return splits;
    }
}
