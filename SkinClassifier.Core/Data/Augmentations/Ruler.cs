using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// The marks of a ruler along one side, as in many dermatoscopic images, so that a network does not take them for a sign of the disease:
/// short ticks at equal distances, every fifth or tenth longer. Parameter spacing: distance of ticks as a part of the shorter side, within [0.01, 0.5],
/// default [0.02, 0.06]. Default probability 0.15.
/// </summary>
internal sealed class Ruler(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _spacing = parameters.Range("spacing", 0.02, 0.06, 0.01, 0.5);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        RgbImage image = state.Edit();
        double side = Math.Min(image.Width, image.Height), spacing = Math.Max(2, state.Draw(_spacing) * side), thickness = Math.Max(0.8, 1.2 * state.Scale);
        bool across = state.Random.NextInt32(2) == 0, far = state.Random.NextInt32(2) == 0;
        int longEvery = state.Random.NextInt32(2) == 0 ? 5 : 10, phase = state.Random.NextInt32(longEvery);
        double length = side * state.Random.NextDouble(0.02, 0.05), margin = side * state.Random.NextDouble(0, 0.08),
            start = state.Random.NextDouble(0, spacing);
        double along = across ? image.Width : image.Height, depth = across ? image.Height : image.Width;
        using StrokePainter painter = new(image.Width, image.Height);
        for (int tick = 0; start + tick * spacing < along; tick++)
        {
            double at = start + tick * spacing, end = margin + length * ((tick + phase) % longEvery == 0 ? 2 : 1);
            (double from, double to) = far ? (depth - margin, depth - end) : (margin, end);
            if (across)
                painter.Line(at, from, at, to, thickness);
            else
                painter.Line(from, at, to, at, thickness);
        }
        double tone = state.Random.NextDouble() < 0.8 ? state.Random.NextDouble(10, 50) : state.Random.NextDouble(200, 240);
        painter.Paint(image, (tone, tone, tone), state.Random.NextDouble(0.6, 0.95));
    }
}
