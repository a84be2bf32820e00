namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Larger or smaller around the middle, the same along both axes, drawn evenly on the logarithmic scale. Parameter factor: within [0.1, 10], default
/// [0.8, 1.25]; above 1 is larger. Default probability 1.
/// </summary>
internal sealed class Zoom(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _factor = parameters.Range("factor", 0.8, 1.25, 0.1, 10);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        double factor = Math.Exp(state.Draw((Math.Log(_factor.Low), Math.Log(_factor.High))));
        state.WarpAroundMiddle(1 / factor, 0, 0, 1 / factor);
    }
}
