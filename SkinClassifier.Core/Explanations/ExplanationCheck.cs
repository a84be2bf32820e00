using SkinClassifier.Imaging;
using SkinClassifier.Prediction;

namespace SkinClassifier.Explanations;

/// <summary>Sanity checks of heat maps.</summary>
public static class ExplanationCheck
{
    /// <summary>Checks the maps of some images.</summary>
    /// <param name="engine">The engine; one caller at a time.</param>
    /// <param name="images">Images that the model should know well; with few of them the correlation is chance.</param>
    /// <param name="options">What is explained, and how.</param>
    /// <param name="check">How much work is done.</param>
    /// <param name="cancellationToken">Stops between images and inside the network.</param>
    public static ExplanationCheckResult Run(PredictionEngine engine, IReadOnlyList<RgbImage> images, ExplanationOptions? options = null,
        ExplanationCheckOptions? check = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
