using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// A random rectangle is painted over, so that the network trains not to rest on one detail. Parameters: area, part of the image, within [0, 0.9],
/// default [0.02, 0.15]; ratio, width over height, within [0.1, 10], default [0.4, 2.5], drawn evenly on the logarithmic scale;
/// fill, "noise" (default), "mean" (the mean color of the image) or "black". Default probability 0.25. Source: Zhong et al., 2017.
/// </summary>
internal sealed class RandomErasing(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _area = parameters.Range("area", 0.02, 0.15, 0, 0.9);
    private readonly (double Low, double High) _ratio = parameters.Range("ratio", 0.4, 2.5, 0.1, 10);
    private readonly Paint _paint = parameters.Choice("fill", Paint.Noise);

    private enum Paint { Noise, Mean, Black }

    /// <inheritdoc/>
    public override void Apply(AugmentationState state)
    {
        RgbImage image = state.Edit();
        double area = state.Draw(_area) * image.Width * image.Height, ratio = Math.Exp(state.Draw((Math.Log(_ratio.Low), Math.Log(_ratio.High))));
        int width = Math.Clamp((int)(Math.Sqrt(area * ratio) + 0.5), 0, image.Width),
            height = Math.Clamp((int)(Math.Sqrt(area / ratio) + 0.5), 0, image.Height);
        int left = state.Random.NextInt32(image.Width - width + 1), top = state.Random.NextInt32(image.Height - height + 1);
        Span<byte> color = stackalloc byte[3];
        if (_paint == Paint.Mean)
            MeanColor(image, color);
        for (int y = top; y < top + height; y++)
        {
            Span<byte> row = image.Row(y).Slice(3 * left, 3 * width);
            for (int i = 0; i < row.Length; i++)
                row[i] = _paint == Paint.Noise ? (byte)state.Random.NextUInt64() : color[i % 3];
        }
    }

    private static void MeanColor(RgbImage image, Span<byte> color)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int c = 0; c < 3; c++)
        {
            long sum = 0;
            for (int i = c; i < pixels.Length; i += 3)
                sum += pixels[i];
            color[c] = (byte)(sum * 3 / pixels.Length);
        }
    }
}
