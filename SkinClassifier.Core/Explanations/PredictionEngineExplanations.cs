using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;

namespace SkinClassifier.Explanations;

/// <summary>Heat maps from a prediction engine. The engine keeps what they need besides and frees it when it is disposed.</summary>
public static class PredictionEngineExplanations
{
    /// <summary>
    /// Predicts the image in a file and says which places raised the score of a class. The score is the one before softmax, without test-time augmentation.
    /// </summary>
    /// <param name="engine">The engine; one caller at a time.</param>
    /// <param name="path">Path of a JPEG, PNG, … file.</param>
    /// <param name="options">Default: Grad-CAM of the predicted class.</param>
    /// <param name="cancellationToken">Stops before and inside the network; the engine can be used again.</param>
    /// <returns>The maps at the size of the image: 8 bytes per pixel.</returns>
    /// <exception cref="ArgumentException">
    /// Options do not fit the model, there is no such layer, or the network has no feature map for a CAM method; the text says what to do.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">The image is damaged.</exception>
    /// <exception cref="UnsupportedContentException">The image's format is not supported.</exception>
    /// <exception cref="InvalidOperationException">Another call of this engine is running.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static ImageExplanation Explain(
        this PredictionEngine engine, string path, ExplanationOptions? options = null, CancellationToken cancellationToken = default) =>
        ImageExplainer.Of(engine).Explain(path, options, cancellationToken);

    /// <summary>Predicts an encoded image in memory and says which places raised the score of a class.</summary>
    /// <param name="engine">The engine; one caller at a time.</param>
    /// <param name="content">The bytes of a JPEG, PNG, … file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="options">Default: Grad-CAM of the predicted class.</param>
    /// <param name="cancellationToken">Stops before and inside the network; the engine can be used again.</param>
    /// <inheritdoc cref="Explain(PredictionEngine, string, ExplanationOptions, CancellationToken)"/>
    public static ImageExplanation Explain(this PredictionEngine engine, ReadOnlySpan<byte> content, string name = "image", ExplanationOptions? options = null,
        CancellationToken cancellationToken = default) => ImageExplainer.Of(engine).Explain(content, name, options, cancellationToken);

    /// <summary>Predicts a decoded image and says which places raised the score of a class.</summary>
    /// <param name="engine">The engine; one caller at a time.</param>
    /// <param name="image">The image.</param>
    /// <param name="options">Default: Grad-CAM of the predicted class.</param>
    /// <param name="cancellationToken">Stops before and inside the network; the engine can be used again.</param>
    /// <inheritdoc cref="Explain(PredictionEngine, string, ExplanationOptions, CancellationToken)"/>
    public static ImageExplanation Explain(
        this PredictionEngine engine, RgbImage image, ExplanationOptions? options = null, CancellationToken cancellationToken = default) =>
        ImageExplainer.Of(engine).Explain(image, options, cancellationToken);
}
