using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>
/// All models of a host by name. Safe to use from any number of threads. A prediction runs on one model from begin to end, whatever is reloaded meanwhile,
/// and within the host's <see cref="PredictionLimits"/>. For research and decision support; not a medical device.
/// </summary>
public interface IPredictionEnginePools
{
    /// <summary>State of every model, in the order of their names.</summary>
    IReadOnlyList<ModelStatus> Status { get; }

    /// <summary>The model that predicts under this name now.</summary>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    ImageClassificationModel GetModel(string name = "");

    /// <summary>Predicts the image in a file.</summary>
    /// <param name="name">Name of the model; "" is the default model.</param>
    /// <param name="path">Path of a JPEG, PNG, … file.</param>
    /// <param name="cancellationToken">Stops waiting, or the prediction after its present layer; the engine is free for the next caller.</param>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    /// <exception cref="PredictionRejectedException">A limit is exceeded.</exception>
    /// <exception cref="SkinClassifier.Common.InvalidContentException">The image is damaged.</exception>
    /// <exception cref="SkinClassifier.Common.UnsupportedContentException">The image's format is not supported.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    ImagePrediction Predict(string name, string path, CancellationToken cancellationToken = default);

    /// <summary>Predicts an encoded image in memory.</summary>
    /// <param name="name">Name of the model; "" is the default model.</param>
    /// <param name="content">The bytes of a JPEG, PNG, … file.</param>
    /// <param name="cancellationToken">Stops waiting, or the prediction after its present layer; the engine is free for the next caller.</param>
    /// <inheritdoc cref="Predict(string, string, CancellationToken)"/>
    ImagePrediction Predict(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Predicts a decoded image.</summary>
    /// <param name="name">Name of the model; "" is the default model.</param>
    /// <param name="image">The image, of any size.</param>
    /// <param name="cancellationToken">Stops waiting, or the prediction after its present layer; the engine is free for the next caller.</param>
    /// <inheritdoc cref="Predict(string, string, CancellationToken)"/>
    ImagePrediction Predict(string name, RgbImage image, CancellationToken cancellationToken = default);

    /// <summary>Predicts the image in a file without blocking the caller.</summary>
    /// <inheritdoc cref="Predict(string, string, CancellationToken)"/>
    Task<ImagePrediction> PredictAsync(string name, string path, CancellationToken cancellationToken = default);

    /// <summary>Predicts an encoded image in memory without blocking the caller.</summary>
    /// <inheritdoc cref="Predict(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    Task<ImagePrediction> PredictAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Predicts a decoded image without blocking the caller.</summary>
    /// <inheritdoc cref="Predict(string, RgbImage, CancellationToken)"/>
    Task<ImagePrediction> PredictAsync(string name, RgbImage image, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads an image from a stream, the body of a request for example, and predicts it without blocking the caller. Its size, format and declared pixels are
    /// looked at while it arrives; what is refused is not read to the end.
    /// </summary>
    /// <param name="name">Name of the model; "" is the default model.</param>
    /// <param name="stream">The bytes of a JPEG, PNG, … file; stays open.</param>
    /// <param name="cancellationToken">Stops reading, waiting, or the prediction after its present layer; the engine is free for the next caller.</param>
    /// <inheritdoc cref="Predict(string, string, CancellationToken)"/>
    Task<ImagePrediction> PredictAsync(string name, Stream stream, CancellationToken cancellationToken = default);

    /// <summary>Predicts an image that is the network's input already, without blocking the caller.</summary>
    /// <param name="name">Name of the model; "" is the default model.</param>
    /// <param name="pixels">[3,H,W] of the model's input size, red, green, blue, 0 to 255.</param>
    /// <param name="cancellationToken">Stops waiting, or the prediction after its present layer; the engine is free for the next caller.</param>
    /// <exception cref="ArgumentException">There is no such name, or the values are not such an image.</exception>
    /// <exception cref="PredictionRejectedException">A limit is exceeded.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    Task<ImagePrediction> PredictPixelsAsync(string name, ReadOnlyMemory<float> pixels, CancellationToken cancellationToken = default);

    /// <summary>
    /// Predicts a decoded image and says which places raised the score of a class, without blocking the caller. It takes an engine as a prediction does, for
    /// about twice the time (CAM methods) to a hundred times (occlusion, integrated gradients).
    /// </summary>
    /// <param name="name">Name of the model; "" is the default model.</param>
    /// <param name="image">The image; the maps take 8 bytes for each of its pixels.</param>
    /// <param name="options">Default: Grad-CAM of the predicted class.</param>
    /// <param name="cancellationToken">Stops waiting, or the work inside the network; the engine is free for the next caller.</param>
    /// <exception cref="ArgumentException">There is no such name, or the options do not fit the model.</exception>
    /// <exception cref="PredictionRejectedException">A limit is exceeded.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    Task<ImageExplanation> ExplainAsync(string name, RgbImage image, ExplanationOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits for an encoded image's turn and does several things with it on one model, whatever is reloaded meanwhile: decodes, predicts and explains it, for
    /// example. It counts as one caller, and as one image of its size, until the work ends.
    /// </summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="name">Name of the model; "" is the default model.</param>
    /// <param name="content">The bytes of a JPEG, PNG, … file. Their number, format and declared pixels are checked against the limits first.</param>
    /// <param name="work">Receives the model's engines, and a token that ends when the caller leaves or the time is over.</param>
    /// <param name="cancellationToken">Stops waiting, or the work.</param>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    /// <exception cref="PredictionRejectedException">A limit is exceeded.</exception>
    /// <exception cref="SkinClassifier.Common.InvalidContentException">The image is damaged.</exception>
    /// <exception cref="SkinClassifier.Common.UnsupportedContentException">The image's format is not supported.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    Task<T> UseAsync<T>(string name, ReadOnlyMemory<byte> content, Func<PredictionEnginePool, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken = default);
}
