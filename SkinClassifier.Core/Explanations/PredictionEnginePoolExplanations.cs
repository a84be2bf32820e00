using SkinClassifier.Imaging;
using SkinClassifier.Prediction;

namespace SkinClassifier.Explanations;

/// <summary>Heat maps from a pool of engines, for many callers at once.</summary>
public static class PredictionEnginePoolExplanations
{
    /// <summary>
    /// Predicts a decoded image and says which places raised the score of a class, without blocking the caller. A caller who cancels stops waiting,
    /// or frees the engine.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="image">The image.</param>
    /// <param name="options">Default: Grad-CAM of the predicted class.</param>
    /// <param name="cancellationToken">Stops waiting, or the work inside the network.</param>
    /// <inheritdoc cref="PredictionEngineExplanations.Explain(PredictionEngine, RgbImage, ExplanationOptions, CancellationToken)"/>
    public static Task<ImageExplanation> ExplainAsync(
        this PredictionEnginePool pool, RgbImage image, ExplanationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(image);
        return pool.UseAsync(engine => engine.Explain(image, options, cancellationToken), cancellationToken);
    }
}
