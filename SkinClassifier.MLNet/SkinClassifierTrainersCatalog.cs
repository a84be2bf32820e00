using SkinClassifier.MLNet;

namespace Microsoft.ML;

/// <summary>What SkinClassifier adds to the trainers of <see cref="MLContext.MulticlassClassification"/>.</summary>
public static class SkinClassifierTrainersCatalog
{
    /// <summary>
    /// A trainer for images with everything at its default: the network that the command line's plain `train` takes, with pretrained weights where there are
    /// some on this machine, and a recipe chosen from the data.
    /// </summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="labelColumnName">Column of the class, a key.</param>
    /// <param name="featureColumnName">Column of the images: paths (text), images (MLImage) or bytes of image files (vector of byte).</param>
    /// <param name="scoreColumnName">Column of the probabilities that the transformer writes.</param>
    /// <param name="predictedLabelColumnName">Column of the predicted class, a key, that the transformer writes.</param>
    /// <param name="validationSet">Rows that choose the best epoch. Default null: a tenth of the rows.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static ImageNetworkTrainer ImageNetwork(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "ImagePath", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) => ImageNetwork(catalog, new ImageNetworkTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ScoreColumnName = scoreColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            ValidationSet = validationSet,
        });

    /// <summary>A trainer for images.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="options">All choices.</param>
    /// <exception cref="ArgumentException">Options are out of their ranges; the text lists every error.</exception>
    public static ImageNetworkTrainer ImageNetwork(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        ImageNetworkTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ImageNetworkTrainer(CatalogEnvironment.Of(catalog), options);
    }
}
