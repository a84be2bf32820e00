namespace SkinClassifier.Data.Augmentations;

/// <summary>Left and right exchanged. Default probability 0.5.</summary>
internal sealed class FlipHorizontal(AugmentationParameters parameters) : Augmentation(parameters)
{
    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => state.Warp(AffineMap.OfOrientation(2, state.Width, state.Height), state.Width, state.Height);
}
