using System.Globalization;

namespace SkinClassifier.Data;

/// <summary>Something that is wrong with how an image was taken or cut.</summary>
/// <param name="Image">The image.</param>
/// <param name="Problem">Its code, one of <see cref="DatasetQuality.Problems"/>.</param>
/// <param name="Figure">What was measured, in the unit of the problem's limit.</param>
internal sealed record QualityFinding(ImageExample Image, string Problem, double Figure);

/// <summary>How often a class has a problem.</summary>
/// <param name="Label">The class.</param>
/// <param name="Problem">Code of the problem.</param>
/// <param name="Count">Images of the class that have it.</param>
/// <param name="Share">Their share of the images of the class, 0 to 1.</param>
/// <param name="ShareElsewhere">Share of the images of all other classes that have it, 0 to 1.</param>
/// <param name="IsBound">Whether the class has it so much more often that a network can recognize the class by it.</param>
internal sealed record QualityShare(string Label, string Problem, int Count, double Share, double ShareElsewhere, bool IsBound);

/// <summary>An image whose size or shape is far from that of the others.</summary>
/// <param name="Image">The image.</param>
/// <param name="Width">Columns in pixels, as displayed.</param>
/// <param name="Height">Rows in pixels, as displayed.</param>
/// <param name="Problem">"size" or "shape".</param>
/// <param name="Figure">Side of the square of the same area in pixels, or longer side : shorter side.</param>
internal sealed record OddSize(ImageExample Image, int Width, int Height, string Problem, double Figure);

/// <summary>What is wrong with how the images of a dataset were taken or cut.</summary>
/// <param name="Limits">Problem → the figure from which on an image has it.</param>
/// <param name="Findings">Images with a problem, by the order of the problems, the worst first.</param>
/// <param name="Shares">Every class and problem that is found at all.</param>
/// <param name="OddSizes">The furthest from the others first.</param>
internal sealed record DatasetQuality(IReadOnlyDictionary<string, double> Limits, IReadOnlyList<QualityFinding> Findings, IReadOnlyList<QualityShare> Shares,
    IReadOnlyList<OddSize> OddSizes)
{
    public const string Blurred = "blurred", Dark = "dark", Glare = "glare", Blank = "blank", Tiny = "tiny", Border = "border", DarkCorners = "dark-corners",
        Ruler = "ruler";

    /// <summary>All codes, in the order in which they are told.</summary>
    public static IReadOnlyList<string> Problems { get; } = [Blurred, Dark, Glare, Blank, Tiny, Border, DarkCorners, Ruler];

    /// <summary>What a problem means, as the end of "The image …".</summary>
    public static string Meaning(string problem) => problem switch
    {
        Blurred => "is far less sharp than the others",
        Dark => "is dark",
        Glare => "has glare",
        Blank => "shows nothing: nearly one color",
        Tiny => "has few pixels",
        Border => "has a border of one color",
        DarkCorners => "has dark corners, as dermatoscopes leave them",
        Ruler => "has marks of a ruler along an edge",
        _ => problem,
    };

    /// <summary>A figure as people read it.</summary>
    public static string Told(string problem, double figure) => problem switch
    {
        Blurred => string.Create(CultureInfo.InvariantCulture, $"sharpness {figure:0.00}"),
        Dark => string.Create(CultureInfo.InvariantCulture, $"brightness {figure:0} of 255"),
        Glare => string.Create(CultureInfo.InvariantCulture, $"{100 * figure:0.#} % white"),
        Blank => string.Create(CultureInfo.InvariantCulture, $"contrast {figure:0.0}"),
        Tiny => string.Create(CultureInfo.InvariantCulture, $"shorter side {figure:0} pixels"),
        Border => string.Create(CultureInfo.InvariantCulture, $"{100 * figure:0.#} % of the area"),
        DarkCorners => string.Create(CultureInfo.InvariantCulture, $"{100 * figure:0} % of a corner"),
        _ => string.Create(CultureInfo.InvariantCulture, $"regularity {figure:0.00}"),
    };
}
