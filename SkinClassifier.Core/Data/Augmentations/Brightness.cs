using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>Every sample times a factor: v′ = f · v. Parameter factor: within [0, 4], default [0.85, 1.15]. Default probability 1.</summary>
internal sealed class Brightness(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _factor = parameters.Range("factor", 0.85, 1.15, 0, 4);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit(), state.Draw(_factor));

    /// <summary>Does it with a given factor, in place.</summary>
    internal static void Change(RgbImage image, double factor) => Tone.Map(image, value => factor * value);
}
