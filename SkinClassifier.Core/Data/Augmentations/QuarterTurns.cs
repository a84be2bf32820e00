namespace SkinClassifier.Data.Augmentations;

/// <summary>A turn by 0, 90, 180 or 270 degrees, each equally likely; an odd one exchanges width and height. Default probability 1.</summary>
internal sealed class QuarterTurns(AugmentationParameters parameters) : Augmentation(parameters)
{
    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        int turns = state.Random.NextInt32(4);
        int orientation = turns switch { 1 => 6, 2 => 3, 3 => 8, _ => 1 };
        bool odd = (turns & 1) != 0;
        state.Warp(AffineMap.OfOrientation(orientation, state.Width, state.Height), odd ? state.Height : state.Width, odd ? state.Width : state.Height);
    }
}
