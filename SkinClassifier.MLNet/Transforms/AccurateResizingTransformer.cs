using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using SkinClassifier.Data;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Saving;

namespace SkinClassifier.MLNet;

/// <summary>Adds a column of images of one size (MLImage) and one that says why an image could not be read.</summary>
public sealed class AccurateResizingTransformer : ImageTransformer
{
    private readonly AccurateResizingEstimator.Options _options;

    internal AccurateResizingTransformer(IHostEnvironment environment, ImageColumn input, AccurateResizingEstimator.Options options)
        : base(environment, input, new ResizeStep(new ImagePreprocessor(options.Width, options.Height, options.Resize, options.Filter), options.View)
        {
            Augmentation = options.Augmentation,
            Seed = options.Seed,
            Epoch = options.Epoch,
            ThrowOnUnreadableImage = options.ThrowOnUnreadableImage,
        })
    {
        _options = options;
        Outputs = [OutputColumn.Image(options.OutputColumnName, options.Width, options.Height), OutputColumn.Error(options.ErrorColumnName)];
    }

    internal override IReadOnlyList<OutputColumn> Outputs { get; }

    internal override void AddSavedOutputs(ChainBuilder chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        // The images have the size already; the step gives the column a type that says so.
        chain.Add(chain.Context.Transforms.ResizeImages(
            _options.OutputColumnName, _options.Width, _options.Height, SavedChain.Values, ImageResizingEstimator.ResizingKind.Fill));
        chain.Copy(_options.ErrorColumnName, SavedChain.Error);
    }
}
