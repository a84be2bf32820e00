namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// A move along both axes. Parameters x and y: parts of width and height, within [−1, 1], default [−0.1, 0.1]; positive moves the image right and
/// down. Default probability 1.
/// </summary>
internal sealed class Shift(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _x = parameters.Range("x", -0.1, 0.1, -1, 1);
    private readonly (double Low, double High) _y = parameters.Range("y", -0.1, 0.1, -1, 1);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        double x = state.Draw(_x) * state.Width, y = state.Draw(_y) * state.Height;
        state.WarpAroundMiddle(1, 0, 0, 1, -x, -y);
    }
}
