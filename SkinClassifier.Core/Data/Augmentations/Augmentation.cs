namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// One random change of a training image. An object holds parameter ranges only and may be shared by threads;
/// the numbers of one image are drawn from the random source of the state.
/// </summary>
/// <param name="parameters">The values of the list entry; every augmentation reads "probability" (0 to 1).</param>
internal abstract class Augmentation(AugmentationParameters parameters)
{
    /// <summary>How often an image is changed, 0 to 1; the default is the augmentation's own.</summary>
    public double Probability { get; } = parameters.Probability;

    /// <summary>Draws its numbers and changes the image of <paramref name="state"/>. Called only when the coin of <see cref="Probability"/> says so.</summary>
    public abstract void Apply(AugmentationState state);
}
