using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Training;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.MLNet;

/// <summary>
/// Features of images from a frozen network, for any trainer of ML.NET. The network is an ONNX file or a built-in one with weights on this machine; images are
/// decoded, resized and normalized as the network was trained.
/// </summary>
public sealed class NetworkFeatureEstimator : ImageStepEstimator<NetworkFeatureTransformer>
{
    private readonly Options _options;
    private readonly LoadedBackbone _backbone;

    internal NetworkFeatureEstimator(IHostEnvironment environment, Options options) : base(environment, options.InputColumnName ?? options.OutputColumnName)
    {
        _options = options;
        List<string> errors = [];
        ColumnNames.RequireDistinct(errors, (nameof(options.OutputColumnName), options.OutputColumnName),
            (nameof(options.ErrorColumnName), options.ErrorColumnName));
        errors.AddRange(TrainerOptionsCheck.Errors(options.Network, property => $"{nameof(options.Network)}.{property}"));
        if (errors.Count > 0)
            throw new OptionsException($"ExtractNetworkFeatures: {string.Join("; ", errors)}.");
        ImageClassificationTrainerOptions network = options.Network;
        if (network.WeightsPath is null && network.Pretrained is null)
            network = BackboneChoice.Resolve(network.Arch?.Name ?? BackboneChoice.Auto).Apply(network);
        _backbone = LoadedBackbone.Load(network);
        if (!_backbone.IsPretrained)
            throw new OptionsException($"ExtractNetworkFeatures: expected a network with weights, received {_backbone.Name} without. Give an ONNX file as "
                + $"weightsPath, or get weights with `skinclassifier backbones pull`.");
    }

    /// <summary>Number of features per image, F.</summary>
    public int FeatureCount => _backbone.FeatureCount;

    private protected override NetworkFeatureTransformer Make(ImageColumn column, DataViewSchema fitted) => new(Environment, column,
        new FeatureStep(_backbone.Features, FeatureCount, _backbone.Preprocessor) { ThrowOnUnreadableImage = _options.ThrowOnUnreadableImage }, _options);

    private protected override SchemaShape Shape(SchemaShape input) => OutputShapes.OfVector(input, _options.OutputColumnName, _options.ErrorColumnName);

    /// <summary>All choices.</summary>
#pragma warning disable CA1034, CA1051 // ML.NET's form of options: a class inside, with public fields.
    public sealed class Options
    {
        /// <summary>Column of the features, a vector of float. Default "Features".</summary>
        public string OutputColumnName = "Features";

        /// <summary>Column of paths (text), images (MLImage) or bytes of image files. Default null: <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName;

        /// <summary>Column in which the transformer says why an image could not be read. Default "ImageError".</summary>
        public string ErrorColumnName = "ImageError";

        /// <summary>Whether an image that cannot be read is an exception; else the features are not-a-number and a warning is logged. Default false.</summary>
        public bool ThrowOnUnreadableImage;

        /// <summary>
        /// The network and the way of an image into it: Arch, WeightsPath, Pretrained, FeatureOutput, Pooling, Normalization, ColorConstancy, ImageSize,
        /// Resize, Filter, ReducedDecoding; what concerns training has no effect. Default: the network that our trainer takes where none is named.
        /// </summary>
        public ImageClassificationTrainerOptions Network = new();
    }
#pragma warning restore CA1034, CA1051
}
