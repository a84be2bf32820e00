using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Red, green and blue each times a factor of its own, as under lamps of other colors. Parameter factor: within [0.2, 2], default [0.9, 1.1]. Default
/// probability 1.
/// </summary>
internal sealed class ColorCast(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _factor = parameters.Range("factor", 0.9, 1.1, 0.2, 2);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit(), state.Draw(_factor), state.Draw(_factor), state.Draw(_factor));

    /// <summary>Does it with given factors, in place.</summary>
    internal static void Change(RgbImage image, double red, double green, double blue) =>
        Tone.Map(image, value => red * value, value => green * value, value => blue * value);
}
