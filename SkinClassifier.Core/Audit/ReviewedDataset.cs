using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Audit;

/// <summary>Writes the images that stay after a review, as a copy or as a list. Files of the dataset are never changed.</summary>
internal static class ReviewedDataset
{
    /// <summary>
    /// Copies the images to <c>class/file</c>, below a folder of their set where the dataset has sets, with a metadata.csv where they have columns.
    /// The folder appears whole or not at all.
    /// </summary>
    /// <param name="review">What was decided.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="output">The new folder; it must not exist, or be empty.</param>
    /// <param name="progress">Called with (images done, images in all).</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>; nothing is left behind.</param>
    /// <exception cref="IOException"><paramref name="output"/> holds something already, or copying failed.</exception>
    /// <exception cref="ArgumentException">A class name cannot be a folder name, or <paramref name="output"/> lies inside the dataset.</exception>
    public static void Copy(LabelReview review, ImageDataset dataset, string output, Action<int, int>? progress, CancellationToken cancellationToken) =>
        DatasetCopy.Write(dataset, output, [.. review.Kept.Select(k => (k.Example, FolderOf(k)))], keepsMetadataFile: false, progress, cancellationToken);

    /// <summary>
    /// Writes a CSV file with <c>path,label,part</c> of every image and its further columns, which the library reads as a dataset. Paths are relative
    /// to the file's folder, or absolute on another drive.
    /// </summary>
    /// <param name="review">What was decided.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="output">The new file.</param>
    /// <exception cref="IOException"><paramref name="output"/> exists already.</exception>
    /// <exception cref="ArgumentException">The images are in memory, or <paramref name="output"/> lies between the class folders of the dataset.</exception>
    public static void List(LabelReview review, ImageDataset dataset, string output)
    {
        string file = Path.GetFullPath(output), folder = Path.GetDirectoryName(file)!;
        if (File.Exists(file) || Directory.Exists(file))
            throw new IOException($"{output}: expected a new file, there is one already. Choose another name; nothing is overwritten.");
        if (dataset.Csv is null && dataset.Folder is { } data)
            DatasetCopy.RequireOutside(folder, data, output);
        string[] own = ["path", "label", "part"];
        string[] columns = [.. review.Kept.SelectMany(k => k.Example.Columns.Keys).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(c => !own.Contains(c, StringComparer.OrdinalIgnoreCase))];
        CsvText csv = new([.. own, .. columns]);
        foreach (ReviewedImage image in review.Kept)
        {
            string path = Path.GetRelativePath(folder, image.Example.File
                ?? throw new ArgumentException($"{output}: expected images in files, {image.Example.Path} is in memory.", nameof(dataset))).Replace('\\', '/');
            csv.Row([path, image.Label, SetOf(image), .. columns.Select(c => image.Example.Columns.GetValueOrDefault(c, ""))]);
        }
        AtomicFile.WriteText(file, csv.ToString());
    }

    private static string FolderOf(ReviewedImage image) => SetOf(image) is { Length: > 0 } set ? $"{set}/{image.Label}" : image.Label;

    private static string SetOf(ReviewedImage image) =>
        image.Example.Split == DatasetSplit.Unassigned ? "" : SplitNames.NameOf(image.Example.Split);
}
