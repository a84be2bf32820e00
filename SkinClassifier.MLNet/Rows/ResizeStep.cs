using System.Globalization;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Saving;

namespace SkinClassifier.MLNet.Rows;

/// <summary>Decoded, upright, augmented, resized and turned.</summary>
/// <param name="preprocessor">The size and the way of resizing.</param>
/// <param name="view">Which of the eight flipped and turned views: 1 mirrors, 2 turns upside down, 4 exchanges rows and columns; sums do several.</param>
internal sealed class ResizeStep(ImagePreprocessor preprocessor, int view) : ImageStep
{
    /// <summary>How a saved text names this step.</summary>
    public const string Kind = "image";

    private const string ViewSetting = "view";

    /// <summary>Random changes, or null. They are for fitting; a saved model does without.</summary>
    public AugmentationPipeline? Augmentation { get; init; }

    /// <summary>The same seed, epoch and row give the same change.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>As <see cref="Seed"/>.</summary>
    public int Epoch { get; init; }

    /// <inheritdoc/>
    public override string Name => "ResizeImageAccurately";

    /// <inheritdoc/>
    public override int ValueCount => 0;

    /// <inheritdoc/>
    public override ImageWork NewWork() => new Work(this);

    /// <inheritdoc/>
    public override SavedText Save()
    {
        Dictionary<string, string> settings = ResizeSettings.Of(preprocessor);
        settings.Add(ViewSetting, view.ToString(CultureInfo.InvariantCulture));
        return new SavedText(Kind) { Settings = settings, ThrowOnUnreadableImage = ThrowOnUnreadableImage };
    }

    /// <summary>The step of a saved text.</summary>
    public static ResizeStep Load(SavedText text) => new(ResizeSettings.Read(text.Settings),
        int.Parse(text.Settings[ViewSetting], CultureInfo.InvariantCulture))
    { ThrowOnUnreadableImage = text.ThrowOnUnreadableImage };

    private RgbImage Make(in ImageValue image, ulong rowId)
    {
        RgbImage decoded = image.Decode(null);
        RgbImage varied = Augmentation?.Apply(decoded, Seed, Epoch, (int)(rowId & int.MaxValue)) ?? decoded;
        RgbImage fitted = preprocessor.Fit(varied);
        if ((view & 1) != 0)
            fitted = fitted.FlipHorizontal();
        if ((view & 2) != 0)
            fitted = fitted.FlipVertical();
        return (view & 4) != 0 ? fitted.RotateQuarterTurns(1).FlipHorizontal() : fitted;
    }

    private sealed class Work(ResizeStep step) : ImageWork(0)
    {
        public override void Dispose() { }

        protected override void Compute(in ImageValue image, ulong rowId) => Image = step.Make(image, rowId);
    }
}
