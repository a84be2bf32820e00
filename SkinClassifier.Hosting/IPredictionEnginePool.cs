using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>
/// One model of a host, as a keyed service: <c>[FromKeyedServices("skin")] IPredictionEnginePool pool</c>. The same pool, limits and hot reload as
/// <see cref="IPredictionEnginePools"/> gives by name. For research and decision support; not a medical device.
/// </summary>
public interface IPredictionEnginePool
{
    /// <summary>Name of the model; "" is the default model.</summary>
    string Name { get; }

    /// <summary>The model that predicts now.</summary>
    ImageClassificationModel Model { get; }

    /// <summary>State of the model.</summary>
    ModelStatus Status { get; }

    /// <inheritdoc cref="IPredictionEnginePools.PredictAsync(string, string, CancellationToken)"/>
    Task<ImagePrediction> PredictAsync(string path, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IPredictionEnginePools.PredictAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    Task<ImagePrediction> PredictAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IPredictionEnginePools.PredictAsync(string, RgbImage, CancellationToken)"/>
    Task<ImagePrediction> PredictAsync(RgbImage image, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IPredictionEnginePools.PredictAsync(string, Stream, CancellationToken)"/>
    Task<ImagePrediction> PredictAsync(Stream stream, CancellationToken cancellationToken = default);
}

/// <summary>The view of one model.</summary>
internal sealed class KeyedPredictionEnginePool(IPredictionEnginePools pools, string name) : IPredictionEnginePool
{
    public string Name => name;

    public ImageClassificationModel Model => pools.GetModel(name);

    public ModelStatus Status => pools.Status.First(m => m.Name == name);

    public Task<ImagePrediction> PredictAsync(string path, CancellationToken cancellationToken) => pools.PredictAsync(name, path, cancellationToken);

    public Task<ImagePrediction> PredictAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        pools.PredictAsync(name, content, cancellationToken);

    public Task<ImagePrediction> PredictAsync(RgbImage image, CancellationToken cancellationToken) => pools.PredictAsync(name, image, cancellationToken);

    public Task<ImagePrediction> PredictAsync(Stream stream, CancellationToken cancellationToken) => pools.PredictAsync(name, stream, cancellationToken);
}
