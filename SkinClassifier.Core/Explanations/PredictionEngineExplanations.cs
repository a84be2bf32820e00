using SkinClassifier.Imaging;
using SkinClassifier.Prediction;

namespace SkinClassifier.Explanations;

/// <summary>Heat maps from a prediction engine.</summary>
public static class PredictionEngineExplanations
{
    /// <summary>Predicts the image in a file and says which places raised the score of a class.</summary>
    /// <param name="engine">The engine; one caller at a time.</param>
    /// <param name="path">Path of a JPEG, PNG, … file.</param>
    /// <param name="options">Default: Grad-CAM of the predicted class.</param>
    /// <param name="cancellationToken">Stops before and inside the network; the engine can be used again.</param>
    public static ImageExplanation Explain(
        this PredictionEngine engine, string path, ExplanationOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Predicts an encoded image in memory and says which places raised the score of a class.</summary>
    /// <inheritdoc cref="Explain(PredictionEngine, string, ExplanationOptions, CancellationToken)"/>
    public static ImageExplanation Explain(this PredictionEngine engine, ReadOnlySpan<byte> content, string name = "image", ExplanationOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Predicts a decoded image and says which places raised the score of a class.</summary>
    /// <inheritdoc cref="Explain(PredictionEngine, string, ExplanationOptions, CancellationToken)"/>
    public static ImageExplanation Explain(
        this PredictionEngine engine, RgbImage image, ExplanationOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
