using System.Collections.Concurrent;
using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>
/// How the images of a dataset were taken and cut. Every image is measured while something else has it decoded anyway; when all are, the limits that
/// depend on the dataset are found, and the images beyond a limit. The order of the images on the threads changes nothing.
/// </summary>
internal sealed class QualityAudit(IReadOnlyList<ImageExample> examples)
{
    /// <summary>Share of the area from which on an image has a border, share of two corners, and regularity of ruler marks.</summary>
    public const double BorderArea = 0.02, CornerShare = 0.5, RulerRegularity = 0.4;

    /// <summary>Fewer images have no limit that depends on the others.</summary>
    public const int MinImages = 20;

    // The side at which images are measured is that of the usual networks; an image with a quarter of it is tiny.
    private const int Side = 224, MinSide = Side / 4;

    private readonly Measured[] _images = new Measured[examples.Count];
    private readonly ConcurrentBag<float[]> _planes = [];
    private readonly ImagePreprocessor _preprocessor = new(Side, Side);

    /// <summary>Measures one image; on any thread. Allocates nothing once warm.</summary>
    /// <param name="index">Its position among the examples.</param>
    /// <param name="image">Its pixels.</param>
    public void Look(int index, ImageBuffer image)
    {
        float[] planes = _planes.TryTake(out float[]? used) ? used : new float[_preprocessor.ValueCount];
        _preprocessor.Apply(image.Pixels, image.Width, image.Height, planes);
        _images[index] = new Measured(true, image.Width, image.Height, QualityMeasures.Of(planes, Side, Side, image.Width, image.Height),
            EdgeMarks.Of(image.Pixels, image.Width, image.Height));
        _planes.Add(planes);
    }

    /// <summary>What is wrong with the images that were measured.</summary>
    /// <param name="labels">Class names.</param>
    public DatasetQuality Find(IReadOnlyList<string> labels)
    {
        int[] known = [.. Enumerable.Range(0, _images.Length).Where(i => _images[i].IsKnown)];
        ImageQuality limits = new(ImageQuality.UsualBrightness, ImageQuality.UsualContrast, (float)LeastSharpness(known), ImageQuality.UsualGlare, MinSide);
        QualityFinding[] found = [.. DatasetQuality.Problems.SelectMany(problem => known
            .Where(i => Has(problem, limits, _images[i])).Select(i => new QualityFinding(examples[i], problem, Figure(problem, _images[i])))
            .OrderBy(f => IsLow(problem) ? f.Figure : -f.Figure).ThenBy(f => f.Image.Path, StringComparer.Ordinal))];
        Dictionary<string, double> byProblem = DatasetQuality.Problems.ToDictionary(p => p, p => Limit(p, limits), StringComparer.Ordinal);
        return new DatasetQuality(byProblem, found, QualityShares.Of(labels, [.. known.Select(i => examples[i])], found), OddSizes(known));
    }

    /// <summary>
    /// Sharpness below which an image is blurred: the median · (lower quartile : median)⁴. On a logarithmic scale that is four times the distance from the
    /// median to the lower quartile, 2.7 standard deviations of a normal distribution. At most two thirds of the median; 0 with few images.
    /// </summary>
    private double LeastSharpness(int[] known) => known.Length < MinImages ? 0
        : FarLimits.Of(known.Where(i => _images[i].Quality.Contrast >= ImageQuality.UsualContrast).Select(i => (double)_images[i].Quality.Sharpness), 1.5).Low;

    private OddSize[] OddSizes(int[] known)
    {
        if (known.Length < MinImages)
            return [];
        double Side(int i) => Math.Sqrt((double)_images[i].Width * _images[i].Height);
        double Shape(int i) => (double)Math.Max(_images[i].Width, _images[i].Height) / Math.Min(_images[i].Width, _images[i].Height);
        FarLimits sizes = FarLimits.Of(known.Select(Side), 2), shapes = FarLimits.Of(known.Select(Shape), 1.5);
        return [.. known.Where(i => sizes.IsBeyond(Side(i))).Select(i => (Index: i, Problem: "size", Figure: Side(i), Far: sizes.Distance(Side(i))))
            .Concat(known.Where(i => shapes.IsBeyond(Shape(i))).Select(i => (Index: i, Problem: "shape", Figure: Shape(i), Far: shapes.Distance(Shape(i)))))
            .OrderBy(o => o.Problem == "size" ? 0 : 1).ThenByDescending(o => o.Far).ThenBy(o => examples[o.Index].Path, StringComparer.Ordinal)
            .Select(o => new OddSize(examples[o.Index], _images[o.Index].Width, _images[o.Index].Height, o.Problem, o.Figure))];
    }

    private static bool Has(string problem, ImageQuality limits, in Measured image)
    {
        QualityProblems all = limits.Problems(image.Quality);
        return problem switch
        {
            DatasetQuality.Blurred => all.HasFlag(QualityProblems.Blurred),
            DatasetQuality.Dark => all.HasFlag(QualityProblems.Dark),
            DatasetQuality.Glare => all.HasFlag(QualityProblems.Glare),
            DatasetQuality.Blank => all.HasFlag(QualityProblems.Blank),
            DatasetQuality.Tiny => all.HasFlag(QualityProblems.Tiny),
            // Images of one color, dark and blurred ones are flat at their edges, a ruler is a flat edge, and a dark image has dark corners: told once.
            DatasetQuality.Border => image.Edges.Border >= BorderArea && image.Edges.Ruler < RulerRegularity
                && (all & (QualityProblems.Blank | QualityProblems.Dark | QualityProblems.Blurred)) == QualityProblems.None,
            DatasetQuality.DarkCorners => image.Edges.DarkCorners >= CornerShare && !all.HasFlag(QualityProblems.Dark) && !all.HasFlag(QualityProblems.Blank),
            _ => image.Edges.Ruler >= RulerRegularity,
        };
    }

    private static double Figure(string problem, in Measured image) => problem switch
    {
        DatasetQuality.Blurred => image.Quality.Sharpness,
        DatasetQuality.Dark => image.Quality.Brightness,
        DatasetQuality.Glare => image.Quality.Glare,
        DatasetQuality.Blank => image.Quality.Contrast,
        DatasetQuality.Tiny => image.Quality.ShorterSide,
        DatasetQuality.Border => image.Edges.Border,
        DatasetQuality.DarkCorners => image.Edges.DarkCorners,
        _ => image.Edges.Ruler,
    };

    private static double Limit(string problem, ImageQuality limits) => problem switch
    {
        DatasetQuality.Blurred => limits.MinSharpness,
        DatasetQuality.Dark => limits.MinBrightness,
        DatasetQuality.Glare => limits.MaxGlare,
        DatasetQuality.Blank => limits.MinContrast,
        DatasetQuality.Tiny => limits.MinSide,
        DatasetQuality.Border => BorderArea,
        DatasetQuality.DarkCorners => CornerShare,
        _ => RulerRegularity,
    };

    private static bool IsLow(string problem) => problem is DatasetQuality.Blurred or DatasetQuality.Dark or DatasetQuality.Blank or DatasetQuality.Tiny;

    private readonly record struct Measured(bool IsKnown, int Width, int Height, QualityMeasures Quality, EdgeMarks Edges);
}
