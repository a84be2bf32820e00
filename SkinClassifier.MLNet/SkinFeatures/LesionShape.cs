namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// The shape of the lesion, after the A, B and D of the ABCD rule (Stolz et al., ABCD Rule of Dermatoscopy, European Journal of Dermatology 4, 1994):
/// area / image, compactness 4π·area/perimeter² (perimeter after Benkrid, Crookes and Benkrid, Design and FPGA Implementation of a Perimeter
/// Estimator, IMVIP 2000), perimeter, equivalent diameter √(4·area/π) and both axes of the ellipse with the same second moments, all / diagonal of the
/// image; eccentricity of the ellipse; asymmetry: the share of pixels whose mirror image about the long or short axis lies outside; irregularity of
/// the border: standard deviation / mean of its distance from the center; sharpness: mean gradient of the blurred luminance (0–255) along the border;
/// distance of the center from the image's middle / half of the diagonal. 12 numbers; all 0 without a lesion.
/// </summary>
internal sealed class LesionShape : ISkinFeature
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } =
    [
        "shape.area", "shape.compactness", "shape.perimeter", "shape.diameter", "shape.longAxis", "shape.shortAxis", "shape.eccentricity",
        "shape.asymmetry.longAxis", "shape.asymmetry.shortAxis", "shape.border.irregularity", "shape.border.sharpness", "shape.distance",
    ];

    /// <inheritdoc/>
    public void Write(SkinImage image, Span<float> destination) => Compute(image.Lesion, destination);

    /// <summary>The twelve numbers.</summary>
    internal static void Compute(LesionMask mask, Span<float> shape)
    {
        shape.Clear();
        int area = mask.Inside.Count(i => i);
        if (area == 0)
            return;
        double diagonal = Math.Sqrt((double)mask.Width * mask.Width + (double)mask.Height * mask.Height);
        MaskMoments moments = MaskMoments.Of(mask);
        MaskBorder border = MaskBorder.Of(mask, moments);
        shape[0] = (float)((double)area / mask.Inside.Length);
        shape[1] = (float)(border.Perimeter > 0 ? 4 * Math.PI * area / (border.Perimeter * border.Perimeter) : 0);
        shape[2] = (float)(border.Perimeter / diagonal);
        shape[3] = (float)(Math.Sqrt(4 * area / Math.PI) / diagonal);
        shape[4] = (float)(moments.LongAxis / diagonal);
        shape[5] = (float)(moments.ShortAxis / diagonal);
        shape[6] = (float)moments.Eccentricity;
        shape[7] = (float)moments.Asymmetry(mask, aboutLongAxis: true);
        shape[8] = (float)moments.Asymmetry(mask, aboutLongAxis: false);
        shape[9] = (float)border.Irregularity;
        shape[10] = (float)border.Sharpness;
        double right = moments.X - (mask.Width - 1) / 2.0, down = moments.Y - (mask.Height - 1) / 2.0;
        shape[11] = (float)(Math.Sqrt(right * right + down * down) / (diagonal / 2));
    }
}
