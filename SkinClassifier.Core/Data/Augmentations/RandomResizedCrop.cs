namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// A random part of the image, stretched to the size of the whole. Parameters: area, the part of the whole area, within [0.01, 1], default [0.7, 1];
/// ratio, width over height of the part relative to the whole, within [0.25, 4], default [0.8, 1.25], drawn evenly on the logarithmic scale.
/// A part that would be wider or higher than the image is cut to it. Default probability 1. Source: Szegedy et al., 2015.
/// </summary>
internal sealed class RandomResizedCrop(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _area = parameters.Range("area", 0.7, 1, 0.01, 1);
    private readonly (double Low, double High) _ratio = parameters.Range("ratio", 0.8, 1.25, 0.25, 4);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        double area = state.Draw(_area), ratio = Math.Exp(state.Draw((Math.Log(_ratio.Low), Math.Log(_ratio.High))));
        double width = Math.Min(1, Math.Sqrt(area * ratio)), height = Math.Min(1, Math.Sqrt(area / ratio));
        double left = state.Random.NextDouble(0, 1 - width) * state.Width, top = state.Random.NextDouble(0, 1 - height) * state.Height;
        state.Warp(new AffineMap(width, 0, left, 0, height, top), state.Width, state.Height);
    }
}
