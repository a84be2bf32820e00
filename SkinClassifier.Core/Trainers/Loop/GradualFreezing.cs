namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// How many blocks train in each epoch, where blocks stop one after the other from the input to the output: none in the first quarter of the epochs, evenly
/// more in the middle half, then as many as wanted. Blocks at the input change least late in training and cost most, because their images are largest. A
/// block that has stopped needs no backward pass, and its BatchNormalization uses the running statistics. (Brock et al., FreezeOut, 2017.)
/// </summary>
/// <param name="share">Share of the blocks that do not train at the end; 0: all train in every epoch.</param>
/// <param name="blocks">Blocks of the network, its head included.</param>
/// <param name="epochs">Planned epochs.</param>
internal sealed class GradualFreezing(double share, int blocks, int epochs)
{
    /// <summary>Shares of the epochs between which blocks stop.</summary>
    public const double From = 0.25, To = 0.75;

    /// <summary>Blocks, counted from the output, that train in epoch <paramref name="epoch"/> (0-based); all of them after the last epoch.</summary>
    public int OpenIn(int epoch)
    {
        if (share == 0 || epoch >= epochs)
            return blocks;
        double stopped = Math.Clamp(((epoch + 1.0) / epochs - From) / (To - From), 0, 1) * share;
        return Math.Max(1, blocks - (int)Math.Round(stopped * blocks));
    }
}
