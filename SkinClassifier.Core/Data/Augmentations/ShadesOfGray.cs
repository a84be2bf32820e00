namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Color constancy: the image as under white light, see <see cref="Imaging.RgbImage.ShadesOfGray"/>.
/// Parameter power: within [1, 20], default 6. Default probability 1.
/// </summary>
internal sealed class ShadesOfGray(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _power = parameters.Range("power", 6, 6, 1, 20);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => state.Replace(state.Finish().ShadesOfGray(state.Draw(_power)));
}
