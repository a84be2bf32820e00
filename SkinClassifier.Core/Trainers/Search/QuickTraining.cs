using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Search;

/// <summary>What shortens the usual training where there is no time to search; what options give counts more.</summary>
/// <param name="GradualFreezing">Share of the blocks that have stopped at the end.</param>
/// <param name="ProgressiveFrom">Size of the images in the first epoch, in pixels; null: they do not grow.</param>
internal sealed record QuickTraining(double GradualFreezing, int? ProgressiveFrom)
{
    /// <summary>Epochs that images of a size should have at least, else smaller ones are taken; views per image of the model.</summary>
    public const int Epochs = 4, Views = 2;

    /// <summary>
    /// What an epoch costs on average with blocks that stop, and where images grow too, in epochs that train all of everything (docs/training-experiments.md).
    /// </summary>
    public const double FrozenCost = 0.75, GrowingCost = 0.55;

    private const double FrozenShare = 0.7;

    /// <summary>What an epoch costs on average, in epochs that train all of everything.</summary>
    public double EpochCost => ProgressiveFrom is null ? FrozenCost : GrowingCost;

    /// <summary>What shortens a training at a size.</summary>
    /// <param name="size">Full size, in pixels.</param>
    /// <param name="grows">Whether the network takes smaller images.</param>
    public static QuickTraining At(int size, bool grows) => new(FrozenShare, grows ? ProgressiveSizes.UsualFirst(size) : null);

    /// <summary>The options with it.</summary>
    public ImageClassificationTrainerOptions Apply(ImageClassificationTrainerOptions given) => given with
    {
        TestTimeAugmentation = given.TestTimeAugmentation ?? Views,
        GradualFreezing = given.GradualFreezing > 0 ? given.GradualFreezing : GradualFreezing,
        ProgressiveFrom = given.ProgressiveFrom ?? ProgressiveFrom,
    };
}
