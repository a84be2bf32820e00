namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Rows moved against each other along x, columns along y, around the middle. Parameters x and y: angles in degrees within [−60, 60], default [−8,
/// 8]. Default probability 1.
/// </summary>
internal sealed class Shear(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _x = parameters.Range("x", -8, 8, -60, 60);
    private readonly (double Low, double High) _y = parameters.Range("y", -8, 8, -60, 60);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        state.WarpAroundMiddle(1, Math.Tan(state.Draw(_x) * Math.PI / 180), 0, 1);
        state.WarpAroundMiddle(1, 0, Math.Tan(state.Draw(_y) * Math.PI / 180), 1);
    }
}
