namespace SkinClassifier.Data.Augmentations;

/// <summary>Top and bottom exchanged. Default probability 0.5.</summary>
internal sealed class FlipVertical(AugmentationParameters parameters) : Augmentation(parameters)
{
    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => state.Warp(AffineMap.OfOrientation(4, state.Width, state.Height), state.Width, state.Height);
}
