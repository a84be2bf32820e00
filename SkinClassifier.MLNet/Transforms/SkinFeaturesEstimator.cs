using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Training;

namespace SkinClassifier.MLNet;

/// <summary>
/// Classical descriptors of images (<see cref="SkinFeatures.SkinFeatureExtractor"/>), for any trainer of ML.NET. Images are read as they are; nothing is
/// trained.
/// </summary>
public sealed class SkinFeaturesEstimator : ImageStepEstimator<SkinFeaturesTransformer>
{
    private readonly Options _options;

    internal SkinFeaturesEstimator(IHostEnvironment environment, Options options) : base(environment, options.InputColumnName ?? options.OutputColumnName)
    {
        _options = options;
        List<string> errors = [];
        ColumnNames.RequireDistinct(errors, (nameof(options.OutputColumnName), options.OutputColumnName),
            (nameof(options.ErrorColumnName), options.ErrorColumnName));
        if (errors.Count > 0)
            throw new OptionsException($"ExtractSkinFeatures: {string.Join("; ", errors)}.");
    }

    private protected override SkinFeaturesTransformer Make(ImageColumn column, DataViewSchema fitted) => new(Environment, column, _options, fitted);

    private protected override SchemaShape Shape(SchemaShape input) => OutputShapes.OfNamedVector(input, _options.OutputColumnName, _options.ErrorColumnName);

    /// <summary>All choices.</summary>
#pragma warning disable CA1034, CA1051 // ML.NET's form of options: a class inside, with public fields.
    public sealed class Options
    {
        /// <summary>Column of the descriptors, a vector of 176 numbers whose slots have names. Default "Features".</summary>
        public string OutputColumnName = "Features";

        /// <summary>Column of paths (text), images (MLImage) or bytes of image files. Default null: <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName;

        /// <summary>Column in which the transformer says why an image could not be read. Default "ImageError".</summary>
        public string ErrorColumnName = "ImageError";

        /// <summary>Whether an image that cannot be read is an exception; else the numbers are not-a-number, with a warning. Default false.</summary>
        public bool ThrowOnUnreadableImage;
    }
#pragma warning restore CA1034, CA1051
}
