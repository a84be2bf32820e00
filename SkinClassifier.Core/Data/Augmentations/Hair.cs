using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Hairs drawn over the image: bent strokes of roughly one direction, dark or fair. Parameters: count, whole numbers within [1, 200], default [3, 15];
/// thickness in pixels of an image whose shorter side has 224 pixels, within [0.3, 10], default [0.7, 2]. Default probability 0.3.
/// </summary>
internal sealed class Hair(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _count = parameters.Range("count", 3, 15, 1, 200);
    private readonly (double Low, double High) _thickness = parameters.Range("thickness", 0.7, 2, 0.3, 10);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        RgbImage image = state.Edit();
        int count = (int)(state.Draw(_count) + 0.5);
        double main = state.Random.NextDouble(0, 2 * Math.PI), side = Math.Min(image.Width, image.Height);
        double tone = state.Random.NextDouble() < 0.85 ? state.Random.NextDouble(15, 70) : state.Random.NextDouble(150, 210);
        using StrokePainter painter = new(image.Width, image.Height);
        for (int i = 0; i < count; i++)
        {
            double x = state.Random.NextDouble(-0.1, 1.1) * image.Width, y = state.Random.NextDouble(-0.1, 1.1) * image.Height;
            double direction = main + state.Random.NextDouble(-0.7, 0.7), bend = state.Random.NextDouble(-0.12, 0.12);
            double step = side * state.Random.NextDouble(0.02, 0.06), thickness = state.Draw(_thickness) * state.Scale;
            for (int k = 0; k < 12; k++, direction += bend)
            {
                double x1 = x + step * Math.Cos(direction), y1 = y + step * Math.Sin(direction);
                painter.Line(x, y, x1, y1, thickness);
                (x, y) = (x1, y1);
            }
        }
        painter.Paint(image, (tone, tone * 0.85, tone * 0.75), state.Random.NextDouble(0.7, 0.95));
    }
}
