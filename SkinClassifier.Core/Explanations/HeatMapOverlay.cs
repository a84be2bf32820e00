using SkinClassifier.Imaging;

namespace SkinClassifier.Explanations;

/// <summary>How a <see cref="HeatMapOverlay"/> looks.</summary>
public sealed record HeatMapOverlayOptions
{
    /// <summary>How much of the colors covers the gray image: 0 (nothing) to 1 (all); default 0.5.</summary>
    public double Opacity { get; init; } = 0.5;

    /// <summary>Whether a line goes around the places with at least 50 % of the map's highest value; default true.</summary>
    public bool Contour { get; init; } = true;

    /// <summary>Whether the bar of colors and <see cref="Caption"/> stand below; default true.</summary>
    public bool Legend { get; init; } = true;

    /// <summary>Whether the image as it is stands to the left; default true.</summary>
    public bool ShowImage { get; init; } = true;

    /// <summary>Longest side of the drawn image in pixels, 64 to 16384; larger images are made smaller; default 768.</summary>
    public int MaxSide { get; init; } = 768;

    /// <summary>
    /// Lines of text below the bar. Letters outside of ASCII lose their accents or become a box. Default: none; of an explanation, what it is.
    /// </summary>
    public IReadOnlyList<string> Caption { get; init; } = [];

    internal void Check()
    {
        if (!(Opacity >= 0 && Opacity <= 1))
            throw new ArgumentOutOfRangeException(nameof(Opacity), Opacity, "HeatMapOverlayOptions.Opacity: expected 0 to 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSide, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSide, 16384);
    }
}

/// <summary>
/// Draws a heat map over its image, which is gray there so that every color is the map's. The lightness of the colors rises evenly, so color-blind people
/// see their order (dark blue, green, light yellow). A contour goes around half of the highest value, and a legend stands below. A heat map shows where a
/// network looked; it proves nothing and is no diagnosis.
/// </summary>
public static class HeatMapOverlay
{
    private const int MinSide = 256, Gap = 6, SmoothedParts = 100;

    /// <summary>
    /// Draws an explanation over its image. The map of integrated gradients, which has high values in single pixels, is smoothed first.
    /// </summary>
    /// <param name="image">The image as it is displayed, of the size that the explanation is for.</param>
    /// <param name="explanation">The explanation.</param>
    /// <param name="options">How it looks. Default: half covered, contour and legend, the image beside it.</param>
    /// <returns>A new image; images smaller than 256 pixels are enlarged. <see cref="RgbImage.EncodePng"/> makes a file of it.</returns>
    /// <exception cref="ArgumentException">Image and explanation have different sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static RgbImage Draw(RgbImage image, ImageExplanation explanation, HeatMapOverlayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(explanation);
        if ((image.Width, image.Height) != (explanation.Width, explanation.Height))
            throw new ArgumentException($"HeatMapOverlay: expected the explained image of {explanation.Width}×{explanation.Height}, received one of "
                + $"{image.Width}×{image.Height}. Give the image as it is displayed.", nameof(image));
        options ??= new HeatMapOverlayOptions();
        if (options.Caption.Count == 0)
            options = options with { Caption = explanation.Caption() };
        if (explanation.Method != ExplanationMethod.IntegratedGradients)
            return Draw(image, explanation.Map.Span, explanation.Seen, options);
        int radius = Math.Max(1, Math.Max(image.Width, image.Height) / SmoothedParts);
        return Draw(image, HeatMapSmoothing.Smooth(explanation.Map.Span, image.Width, image.Height, radius), explanation.Seen, options);
    }

    /// <summary>Draws a map over its image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="map">The map [H,W], 0 to 1, a value for each pixel of the image.</param>
    /// <param name="options">How it looks. Default: half covered, contour and legend, the image beside it.</param>
    /// <returns>A new image; images smaller than 256 pixels are enlarged.</returns>
    /// <exception cref="ArgumentException">The map has another number of values than the image has pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static RgbImage Draw(RgbImage image, ReadOnlySpan<float> map, HeatMapOverlayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Draw(image, map, new ImageArea(0, 0, image.Width, image.Height), options ?? new HeatMapOverlayOptions());
    }

    private static RgbImage Draw(RgbImage image, ReadOnlySpan<float> map, ImageArea seen, HeatMapOverlayOptions options)
    {
        options.Check();
        if (map.Length != image.Width * image.Height)
            throw new ArgumentException(
                $"HeatMapOverlay: expected one value per pixel ({image.Width * image.Height}), received {map.Length}.", nameof(map));
        (int width, int height) = SizeOf(image, options.MaxSide);
        RgbImage shown = image.Resize(width, height);
        float[] values = Bilinear.Resize(map, image.Width, image.Height, width, height);
        RgbImage covered = Cover(shown, values, options.Opacity);
        Fade(shown, covered, seen, (double)width / image.Width, (double)height / image.Height);
        if (options.Contour)
            HeatMapContour.Draw(covered, HeatMapContour.Trace(values, width, height, 0.5f), Math.Max(1.25f, Math.Max(width, height) / 400f));
        return Arrange(options.ShowImage ? [shown, covered] : [covered], options);
    }

    private static (int Width, int Height) SizeOf(RgbImage image, int maxSide)
    {
        int longer = Math.Max(image.Width, image.Height);
        double scale = longer > maxSide ? (double)maxSide / longer : longer < MinSide ? (double)Math.Min(MinSide, maxSide) / longer : 1;
        return (Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
    }

    private static RgbImage Cover(RgbImage image, ReadOnlySpan<float> values, double opacity)
    {
        RgbImage result = new(image.Width, image.Height);
        int share = (int)Math.Round(opacity * 256);
        ReadOnlySpan<byte> from = image.Pixels;
        Span<byte> to = result.Pixels;
        for (int i = 0; i < values.Length; i++)
        {
            (byte r, byte g, byte b) = HeatMapColors.Of(values[i]);
            int gray = Gray(from.Slice(3 * i, 3));
            (to[3 * i], to[3 * i + 1], to[3 * i + 2]) = (Mix(gray, r, share), Mix(gray, g, share), Mix(gray, b, share));
        }
        return result;
    }

    /// <summary>The brightness of a pixel, 0 to 255: (2 R + 5 G + B) / 8.</summary>
    private static int Gray(ReadOnlySpan<byte> pixel) => (2 * pixel[0] + 5 * pixel[1] + pixel[2]) / 8;

    /// <summary>Puts the image itself, in pale gray, where the network does not see it.</summary>
    private static void Fade(RgbImage image, RgbImage covered, ImageArea seen, double scaleX, double scaleY)
    {
        int left = (int)Math.Round(seen.Left * scaleX), right = (int)Math.Round((seen.Left + seen.Width) * scaleX);
        int top = (int)Math.Round(seen.Top * scaleY), bottom = (int)Math.Round((seen.Top + seen.Height) * scaleY);
        for (int y = 0; y < image.Height; y++)
            for (int x = 0; x < image.Width; x++)
                if (x < left || x >= right || y < top || y >= bottom)
                    covered.Row(y).Slice(3 * x, 3).Fill((byte)(128 + Gray(image.Row(y).Slice(3 * x, 3)) / 2));
    }

    private static byte Mix(int below, int above, int share) => (byte)((below * (256 - share) + above * share + 128) >> 8);

    /// <summary>The panels in a row on white, the legend under them.</summary>
    private static RgbImage Arrange(IReadOnlyList<RgbImage> panels, HeatMapOverlayOptions options)
    {
        int row = panels.Sum(p => p.Width) + Gap * (panels.Count - 1);
        int width = options.Legend ? Math.Max(row, HeatMapLegend.MinWidth) : row;
        RgbImage? legend = options.Legend ? HeatMapLegend.Draw(width, options.Caption, options.Contour) : null;
        RgbImage result = new(width, panels[0].Height + (legend?.Height ?? 0));
        result.Pixels.Fill(255);
        int left = (width - row) / 2;
        foreach (RgbImage panel in panels)
        {
            Paste(panel, result, left, 0);
            left += panel.Width + Gap;
        }
        if (legend is not null)
            Paste(legend, result, 0, panels[0].Height);
        return result;
    }

    private static void Paste(RgbImage image, RgbImage target, int left, int top)
    {
        for (int y = 0; y < image.Height; y++)
            image.Row(y).CopyTo(target.Row(top + y)[(3 * left)..]);
    }
}
