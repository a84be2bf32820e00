using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Training;

namespace SkinClassifier.MLNet;

/// <summary>
/// Makes images of one size with the decoders and the resizing of our own networks: every format that we read, EXIF orientation, transparency over white,
/// antialiasing. Behind it ExtractPixels gives any other trainer the pixels that our network sees.
/// </summary>
public sealed class AccurateResizingEstimator : ImageStepEstimator<AccurateResizingTransformer>
{
    private readonly Options _options;

    internal AccurateResizingEstimator(IHostEnvironment environment, Options options) : base(environment, options.InputColumnName ?? options.OutputColumnName)
    {
        options.Check();
        _options = options;
    }

    private protected override AccurateResizingTransformer Make(ImageColumn column, DataViewSchema fitted) => new(Environment, column, _options);

    private protected override SchemaShape Shape(SchemaShape input) =>
        OutputShapes.OfImage(input, _options.OutputColumnName, _options.Width, _options.Height, _options.ErrorColumnName);

    /// <summary>All choices.</summary>
#pragma warning disable CA1034, CA1051 // ML.NET's form of options: a class inside, with public fields.
    public sealed class Options
    {
        /// <summary>Column of the images that are made (MLImage). Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>Column of paths (text), images (MLImage) or bytes of image files. Default null: <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName;

        /// <summary>Column in which the transformer says why an image could not be read. Default "ImageError".</summary>
        public string ErrorColumnName = "ImageError";

        /// <summary>Columns of the result in pixels, 1 to 16,384. Default 224.</summary>
        public int Width = 224;

        /// <summary>Rows of the result in pixels, 1 to 16,384. Default 224.</summary>
        public int Height = 224;

        /// <summary>How an image of another shape is brought to the size. Default: crop.</summary>
        public ResizeKind Resize = ResizeKind.Crop;

        /// <summary>The filter that scales. Default: triangle.</summary>
        public ResizeFilter Filter = ResizeFilter.Triangle;

        /// <summary>
        /// Which view, 0 to 3, and to 7 for a square: 1 mirrors, 2 turns upside down, 4 exchanges rows and columns; sums do several. Columns of several
        /// views make a trainer or a prediction see all of them. Default 0: the image as it is.
        /// </summary>
        public int View;

        /// <summary>Random changes before resizing; a saved model does without. Default null: none.</summary>
        public AugmentationPipeline? Augmentation;

        /// <summary>The same seed, <see cref="Epoch"/> and row give the same change. Default 1.</summary>
        public ulong Seed = 1;

        /// <summary>Another number gives other changes; 0 and up. Default 0.</summary>
        public int Epoch;

        /// <summary>Whether an image that cannot be read is an exception; else the image is null and a warning is logged. Default false.</summary>
        public bool ThrowOnUnreadableImage;

        internal void Check()
        {
            List<string> errors = [];
            ColumnNames.RequireDistinct(errors, (nameof(OutputColumnName), OutputColumnName), (nameof(ErrorColumnName), ErrorColumnName));
            foreach ((string name, int size) in new[] { (nameof(Width), Width), (nameof(Height), Height) })
                if (size is < 1 or > 16384)
                    errors.Add($"{name}: expected 1 to 16384 pixels, received {size}");
            int views = Width == Height ? 8 : 4;
            if (View < 0 || View >= views)
                errors.Add($"{nameof(View)}: expected 0 to {views - 1} for images of {Width}×{Height}, received {View}");
            if (Epoch < 0)
                errors.Add($"{nameof(Epoch)}: expected 0 or more, received {Epoch}");
            if (errors.Count > 0)
                throw new OptionsException($"ResizeImageAccurately: {string.Join("; ", errors)}.");
            _ = new ImagePreprocessor(Width, Height, Resize, Filter);
        }
    }
#pragma warning restore CA1034, CA1051
}
