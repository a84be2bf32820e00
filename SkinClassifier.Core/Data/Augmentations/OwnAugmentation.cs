using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>A change that a program registered. It works on whole images: geometric changes collected before it are done first.</summary>
internal sealed class OwnAugmentation(string type, AugmentationParameters parameters, Func<RgbImage, Random, RgbImage> change) : Augmentation(parameters)
{
    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => state.Replace(change(state.Edit(), new DrawnRandom(state.Random))
        ?? throw new InvalidOperationException($"augmentation {type}: expected an image, received null. Return the image that was given, changed or not."));
}
