using SkinClassifier.Imaging;

namespace SkinClassifier.Registration;

/// <summary>How the second of two images of one spot lies over the first.</summary>
/// <param name="Transform">Places of the first image in the second one.</param>
/// <param name="Correlation">Correlation of their luminance where they overlap, −1 to 1.</param>
/// <param name="Overlap">Share of the first image that the second one shows, 0 to 1.</param>
internal sealed record RegistrationResult(SimilarityTransform Transform, double Correlation, double Overlap)
{
    /// <summary>Least correlation of two images of one spot; images of different spots seldom reach it (docs/server.md).</summary>
    public const double MinCorrelation = 0.6;

    /// <summary>Whether the two images can be compared place by place.</summary>
    public bool IsAligned => Correlation >= MinCorrelation;
}

/// <summary>
/// Finds how two images of the same spot lie over each other: rotation of up to 30 degrees, scale from 0.8 to 1.25, and shift. All of a coarse grid is tried at
/// a small size, the best places are refined at larger ones by the correlation of luminance, which brightness and contrast do not change. Nothing is trained.
/// </summary>
internal static class ImageRegistration
{
    /// <summary>Largest rotation that is looked for, in degrees.</summary>
    public const double MaxRotation = 30;

    /// <summary>Largest scale that is looked for; the smallest is its reciprocal.</summary>
    public const double MaxScale = 1.25;

    private const double MaxShift = 0.5;
    private const int Kept = 12;
    private static readonly int[] _sizes = [32, 64, 128, 256];

    /// <summary>Lays <paramref name="moving"/> over <paramref name="reference"/>. The same images give the same result, bit for bit.</summary>
    /// <param name="reference">The first image.</param>
    /// <param name="moving">The second image, of any size.</param>
    /// <param name="cancellationToken">Stops between sizes.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static RegistrationResult Align(RgbImage reference, RgbImage moving, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(moving);
        List<(SimilarityTransform Transform, double Correlation)> best = [];
        Similarity similarity = At(reference, moving, _sizes[0]);
        foreach (SimilarityTransform start in Grid())
        {
            double correlation = similarity.Of(start).Correlation;
            if (best.Count == Kept && correlation <= best[^1].Correlation)
                continue;
            if (best.Count == Kept)
                best.RemoveAt(Kept - 1);
            int place = best.FindIndex(b => b.Correlation < correlation);
            best.Insert(place < 0 ? best.Count : place, (start, correlation));
        }
        for (int size = 0; size < _sizes.Length; size++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            similarity = size == 0 ? similarity : At(reference, moving, _sizes[size]);
            best = [.. best.Select(b => Refine(similarity, b.Transform, 2.0 / _sizes[size])).OrderByDescending(b => b.Correlation)
                .Take(Math.Max(1, Kept >> (2 * size)))];
        }
        (double final, double overlap) = similarity.Of(best[0].Transform);
        return new RegistrationResult(best[0].Transform, final, overlap);
    }

    /// <summary>The second image as the first one would show it: of the first one's size, black where the second one shows nothing.</summary>
    public static RgbImage Warp(RgbImage moving, SimilarityTransform transform, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(moving);
        RgbImage image = new(width, height);
        double half = Math.Max(width, height) / 2.0, movingHalf = Math.Max(moving.Width, moving.Height) / 2.0;
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = image.Row(y);
            for (int x = 0; x < width; x++)
            {
                (double u, double v) = transform.Apply((x + 0.5 - width / 2.0) / half, (y + 0.5 - height / 2.0) / half);
                Read(moving, u * movingHalf + moving.Width / 2.0 - 0.5, v * movingHalf + moving.Height / 2.0 - 0.5, row.Slice(3 * x, 3));
            }
        }
        return image;
    }

    private static Similarity At(RgbImage reference, RgbImage moving, int size) =>
        new(new GrayImage(reference, size), new GrayImage(moving, size), Math.Min(size * 3 / 4, 96));

    private static IEnumerable<SimilarityTransform> Grid()
    {
        for (int turn = -6; turn <= 6; turn++)
            for (int zoom = -3; zoom <= 3; zoom++)
                for (int x = -6; x <= 6; x++)
                    for (int y = -6; y <= 6; y++)
                        yield return new SimilarityTransform(turn * MaxRotation / 6, Math.Pow(MaxScale, zoom / 3.0), x * MaxShift / 6, y * MaxShift / 6);
    }

    /// <summary>Climbs to the nearest best place: steps along each parameter, halved where none helps.</summary>
    private static (SimilarityTransform Transform, double Correlation) Refine(Similarity similarity, SimilarityTransform start, double pixel)
    {
        double best = similarity.Of(start).Correlation;
        SimilarityTransform at = start;
        for (double step = 2; step > 0.1;)
        {
            (SimilarityTransform next, double correlation) = (at, best);
            double turn = step * pixel * 180 / Math.PI, zoom = 1 + step * pixel, shift = step * pixel;
            foreach (SimilarityTransform near in (ReadOnlySpan<SimilarityTransform>)
            [
                at with { Rotation = at.Rotation + turn }, at with { Rotation = at.Rotation - turn }, at with { Scale = at.Scale * zoom },
                at with { Scale = at.Scale / zoom }, at with { X = at.X + shift }, at with { X = at.X - shift }, at with { Y = at.Y + shift },
                at with { Y = at.Y - shift },
            ])
                if (IsAllowed(near) && similarity.Of(near).Correlation is var found && found > correlation)
                    (next, correlation) = (near, found);
            if (correlation > best)
                (at, best) = (next, correlation);
            else
                step /= 2;
        }
        return (at, best);
    }

    /// <summary>A little beyond what is looked for, so that its ends are found, too.</summary>
    private static bool IsAllowed(SimilarityTransform transform) =>
        Math.Abs(transform.Rotation) <= MaxRotation + 2 && transform.Scale is <= MaxScale * 1.03 and >= 1 / (MaxScale * 1.03);

    private static void Read(RgbImage image, double column, double row, Span<byte> pixel)
    {
        if (!(column >= -0.5 && row >= -0.5 && column <= image.Width - 0.5 && row <= image.Height - 0.5))
            return;
        column = Math.Clamp(column, 0, image.Width - 1);
        row = Math.Clamp(row, 0, image.Height - 1);
        int left = (int)column, top = (int)row, right = Math.Min(left + 1, image.Width - 1), bottom = Math.Min(top + 1, image.Height - 1);
        double fx = column - left, fy = row - top;
        ReadOnlySpan<byte> upper = image.Row(top), lower = image.Row(bottom);
        for (int channel = 0; channel < 3; channel++)
        {
            double above = upper[3 * left + channel] + fx * (upper[3 * right + channel] - upper[3 * left + channel]);
            double below = lower[3 * left + channel] + fx * (lower[3 * right + channel] - lower[3 * left + channel]);
            pixel[channel] = (byte)Math.Round(above + fy * (below - above));
        }
    }
}
