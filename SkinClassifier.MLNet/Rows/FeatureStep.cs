using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.Models;
using SkinClassifier.Onnx;

namespace SkinClassifier.MLNet.Rows;

/// <summary>The features of a frozen network.</summary>
/// <param name="features">Images [N,3,H,W], RGB 0 to 255, in; features [N,F] out.</param>
/// <param name="count">F.</param>
/// <param name="preprocessor">The way from an image to the network's input.</param>
internal sealed class FeatureStep(Graph features, int count, ImagePreprocessor preprocessor) : ImageStep
{
    /// <summary>How a saved text names this step.</summary>
    public const string Kind = "features";

    /// <inheritdoc/>
    public override string Name => "ExtractNetworkFeatures";

    /// <inheritdoc/>
    public override int ValueCount => count;

    /// <inheritdoc/>
    public override ImageWork NewWork() => new Work(features, count, preprocessor);

    /// <inheritdoc/>
    public override SavedText Save()
    {
        using MemoryStream network = new();
        OnnxModel.Write(features, network);
        return new SavedText(Kind)
        {
            Settings = ResizeSettings.Of(preprocessor),
            Content = network.ToArray(),
            ThrowOnUnreadableImage = ThrowOnUnreadableImage,
        };
    }

    /// <summary>The step of a saved text.</summary>
    public static FeatureStep Load(SavedText text)
    {
        ImagePreprocessor preprocessor = ResizeSettings.Read(text.Settings);
        Graph features = OnnxModel.Load(text.Content, "saved features").Graph;
        int count = features.InferShapes(new Tensors.TensorShape(1, 3, preprocessor.Height, preprocessor.Width))[features.Outputs[0]][1];
        return new FeatureStep(features, count, preprocessor) { ThrowOnUnreadableImage = text.ThrowOnUnreadableImage };
    }

    private sealed class Work(Graph features, int count, ImagePreprocessor preprocessor) : ImageWork(count)
    {
        private readonly ImageScorer _scorer = new(features, preprocessor.Width, preprocessor.Height, count, new PlanOptions());
        private readonly ImageReader _reader = new(preprocessor, null);
        private readonly float[] _planes = new float[preprocessor.ValueCount];

        public override void Dispose() => _scorer.Dispose();

        protected override void Compute(in ImageValue image, ulong rowId)
        {
            image.Read(_reader, preprocessor, _planes);
            _scorer.Score(_planes, Values);
        }
    }
}
