namespace SkinClassifier.Trainers.Loop;

/// <summary>Images that a network was asked about.</summary>
/// <param name="Scores">Raw scores [N, outputs], or [N, views, outputs].</param>
/// <param name="Labels">The classes they have [N].</param>
/// <param name="Images">Their positions in the dataset that they are part of [N].</param>
internal readonly record struct ScoredImages(float[] Scores, int[] Labels, int[] Images)
{
    /// <summary>Features [N, D], of several views their mean; empty where they were not asked for.</summary>
    public float[] Features { get; init; } = [];
}
