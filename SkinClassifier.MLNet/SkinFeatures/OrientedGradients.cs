using SkinClassifier.Imaging;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// Histogram of oriented gradients: the luminance at 96×96 pixels, 3×3 cells, nine orientations of 20° without sign, one block over all cells,
/// normalized as L2-Hys (length 1, at most 0.2 each, length 1 again). Dalal and Triggs, Histograms of Oriented Gradients for Human Detection,
/// CVPR (2005). 81 numbers: cell by cell, row after row.
/// </summary>
internal sealed class OrientedGradients : ISkinFeature
{
    /// <summary>Width and height of the image that the gradients are taken of.</summary>
    public const int Side = 96;

    private const int Cells = 3, Orientations = 9;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } =
    [
        .. from row in Enumerable.Range(1, Cells)
           from column in Enumerable.Range(1, Cells)
           from orientation in Enumerable.Range(0, Orientations)
           select $"hog.{row}.{column}.{orientation * 180 / Orientations}",
    ];

    /// <inheritdoc/>
    public void Write(SkinImage image, Span<float> destination) => Compute(GrayPlane.Of(image.Pixels.Resize(Side, Side, ResizeFilter.Triangle)), destination);

    /// <summary>The 81 numbers of a luminance of 96×96 pixels.</summary>
    internal static void Compute(GrayPlane gray, Span<float> histogram)
    {
        const double Floor = 1e-5, Highest = 0.2;
        const int Cell = Side / Cells;
        Span<double> sums = stackalloc double[Cells * Cells * Orientations];
        sums.Clear();
        for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++)
            {
                int at = y * Side + x;
                double down = y is 0 or Side - 1 ? 0 : (gray.Values[at + Side] - gray.Values[at - Side]) / 255,
                    right = x is 0 or Side - 1 ? 0 : (gray.Values[at + 1] - gray.Values[at - 1]) / 255;
                double degrees = Math.Atan2(down, right) * 180 / Math.PI;
                degrees = degrees < 0 ? degrees + 180 : degrees;
                int orientation = degrees >= 180 ? 0 : Math.Min((int)(degrees * Orientations / 180), Orientations - 1);
                sums[(y / Cell * Cells + x / Cell) * Orientations + orientation] += Math.Sqrt(down * down + right * right) / (Cell * Cell);
            }
        Normalize(sums, Floor);
        for (int k = 0; k < sums.Length; k++)
            sums[k] = Math.Min(sums[k], Highest);
        Normalize(sums, Floor);
        for (int k = 0; k < sums.Length; k++)
            histogram[k] = (float)sums[k];
    }

    private static void Normalize(Span<double> values, double floor)
    {
        double square = floor * floor;
        foreach (double value in values)
            square += value * value;
        double length = Math.Sqrt(square);
        for (int k = 0; k < values.Length; k++)
            values[k] /= length;
    }
}
