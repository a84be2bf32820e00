using SkinClassifier.Data;

namespace Microsoft.ML;

/// <summary>What SkinClassifier adds to <see cref="MLContext.Data"/>.</summary>
public static class SkinClassifierDataCatalog
{
    /// <summary>
    /// The images of a folder with one sub-folder per class, as a data view: ImagePath, Label (a key with the class names), Split, and the columns of
    /// metadata.csv. Rows are read lazily; no image is opened before a column of pixels asks for it.
    /// </summary>
    /// <param name="catalog">The catalog of <see cref="MLContext.Data"/>.</param>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="options">How the folder is read; null for the defaults.</param>
    /// <exception cref="ArgumentException">The folder is not a dataset.</exception>
    public static ImageDataset LoadImagesFromFolder(this DataOperationsCatalog catalog, string folder, ImageDatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ImageDataset.FromFolder(folder, options);
    }
}
