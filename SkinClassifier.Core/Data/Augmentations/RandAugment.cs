namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// A few changes chosen by chance from fourteen, all of one strength. Parameters: operations, how many follow each other, 1 to 10, default 2;
/// magnitude, 0 (nothing) to 30, default 9. The strengths grow evenly to: shear 0.3, shift 0.45 of the side, turn 30°, brightness, contrast,
/// saturation and sharpness 1 ± 0.9, posterize to 4 bits, solarize from 0. Default probability 1.
/// Source: Cubuk et al., 2019, with the ranges of torchvision.
/// </summary>
internal sealed class RandAugment(AugmentationParameters parameters) : Augmentation(parameters)
{
    private const int Kinds = 14;
    private readonly int _operations = parameters.Integer("operations", 2, 1, 10);
    private readonly double _share = parameters.Number("magnitude", 9, 0, 30) / 30;

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        for (int i = 0; i < _operations; i++)
            ApplyOne(state, state.Random.NextInt32(Kinds), state.Random.NextInt32(2) == 0 ? _share : -_share);
    }

    /// <summary>One change: <paramref name="kind"/> 0 to 13, strength −1 to 1.</summary>
    internal static void ApplyOne(AugmentationState state, int kind, double strength)
    {
        double size = Math.Abs(strength), factor = 1 + 0.9 * strength, angle = strength * Math.PI / 6;
        switch (kind)
        {
            case 0:
                break;
            case 1:
                state.WarpAroundMiddle(1, 0.3 * strength, 0, 1);
                break;
            case 2:
                state.WarpAroundMiddle(1, 0, 0.3 * strength, 1);
                break;
            case 3:
                state.WarpAroundMiddle(1, 0, 0, 1, 0.45 * strength * state.Width);
                break;
            case 4:
                state.WarpAroundMiddle(1, 0, 0, 1, 0, 0.45 * strength * state.Height);
                break;
            case 5:
                state.WarpAroundMiddle(Math.Cos(angle), Math.Sin(angle), -Math.Sin(angle), Math.Cos(angle));
                break;
            case 6:
                Brightness.Change(state.Edit(), factor);
                break;
            case 7:
                Contrast.Change(state.Edit(), factor);
                break;
            case 8:
                Saturation.Change(state.Edit(), factor);
                break;
            case 9:
                state.Replace(Sharpness.Change(state.Finish(), factor));
                break;
            case 10:
                Histogram.Posterize(state.Edit(), 8 - (int)(4 * size + 0.5));
                break;
            case 11:
                Histogram.Solarize(state.Edit(), 256 * (1 - size));
                break;
            case 12:
                Histogram.Stretch(state.Edit());
                break;
            default:
                Histogram.Equalize(state.Edit());
                break;
        }
    }
}
