namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// A turn around the middle by any angle; what turns out of the image is lost. Parameter degrees: [−180, 180], default [−180, 180]. Default
/// probability 1.
/// </summary>
internal sealed class Rotation(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _degrees = parameters.Range("degrees", -180, 180, -180, 180);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        double angle = state.Draw(_degrees) * Math.PI / 180, cos = Math.Cos(angle), sin = Math.Sin(angle);
        state.WarpAroundMiddle(cos, sin, -sin, cos);
    }
}
