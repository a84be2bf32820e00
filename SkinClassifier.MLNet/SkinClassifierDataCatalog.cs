using Microsoft.ML.Runtime;
using SkinClassifier.Data;
using SkinClassifier.MLNet;

namespace Microsoft.ML;

/// <summary>What SkinClassifier adds to <see cref="MLContext.Data"/>. <see cref="ImageDataset.FromDataView"/> is the way back from any data view.</summary>
public static class SkinClassifierDataCatalog
{
    /// <summary>
    /// The images of a folder with one sub-folder per class, as a data view: ImagePath, Label (a key with the class names), Split, and the columns of
    /// metadata.csv. Rows are read lazily. Files that are no images are left out; they and doubtful things are warnings in <see cref="MLContext.Log"/>.
    /// </summary>
    /// <param name="catalog">The catalog of <see cref="MLContext.Data"/>.</param>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="options">How the folder is read; null for the defaults.</param>
    /// <inheritdoc cref="ImageDataset.FromFolder"/>
    public static ImageDataset LoadImagesFromFolder(this DataOperationsCatalog catalog, string folder, ImageDatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Report(catalog, nameof(LoadImagesFromFolder), ImageDataset.FromFolder(folder, options));
    }

    /// <summary>
    /// The images that a CSV file lists, as a data view with the columns of <see cref="LoadImagesFromFolder"/>; the file's other columns follow. The columns
    /// with paths and classes are found by their names and values, or named in the options.
    /// </summary>
    /// <param name="catalog">The catalog of <see cref="MLContext.Data"/>.</param>
    /// <param name="csvFile">The CSV file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <inheritdoc cref="ImageDataset.FromCsv"/>
    public static ImageDataset LoadImagesFromCsv(this DataOperationsCatalog catalog, string csvFile, ImageDatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Report(catalog, nameof(LoadImagesFromCsv), ImageDataset.FromCsv(csvFile, options));
    }

    private static ImageDataset Report(DataOperationsCatalog catalog, string name, ImageDataset data)
    {
        using IChannel channel = CatalogEnvironment.Of(catalog).Start(name);
        foreach (SkippedFile skipped in data.Skipped)
            channel.Warning(MessageSensitivity.UserData, "{0}", $"{skipped.Path}: {skipped.Reason} The file was left out.");
        foreach (string warning in data.Warnings)
            channel.Warning(MessageSensitivity.UserData, "{0}", warning);
        channel.Info(MessageSensitivity.None, "{0}", $"{data.Examples.Count} images of {data.Labels.Count} classes");
        return data;
    }
}
