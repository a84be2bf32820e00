using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SkinClassifier.Data;

/// <summary>The quality of a dataset's images as text and as JSON.</summary>
internal static class QualityText
{
    /// <summary>A line for every problem, one for every class that it is bound to, and the odd sizes.</summary>
    public static void Plain(StringBuilder text, DatasetQuality quality)
    {
        string[] lines = [.. DatasetQuality.Problems.Select(p => (Problem: p, Count: quality.Findings.Count(f => f.Problem == p))).Where(p => p.Count > 0)
            .Select(p => $"{Text($"{p.Problem} {p.Count:#,0}")}   (first: {quality.Findings.First(f => f.Problem == p.Problem).Image.Path})")];
        InspectionText.List(text, "quality", lines);
        foreach (QualityShare share in quality.Shares.Where(s => s.IsBound))
            text.Append("  ").AppendLine(Bound(share));
        InspectionText.List(text, "odd sizes", [.. quality.OddSizes.Select(o => $"{o.Image.Path}: {o.Width}×{o.Height}   ({Told(o)})")]);
    }

    /// <summary>A sentence on a class that a problem is bound to.</summary>
    public static string Bound(QualityShare share) =>
        Text($"{share.Problem} is bound to class {share.Label}: {100 * share.Share:0.0} % of its images, {100 * share.ShareElsewhere:0.0} % of the others; ")
            + "a network can learn that instead of the skin";

    /// <summary>What is odd about a size.</summary>
    public static string Told(OddSize odd) => odd.Problem == "size" ? "another size than the others"
        : Text($"another shape than the others, {odd.Figure:0.##} : 1");

    public static void Write(Utf8JsonWriter json, DatasetQuality? quality)
    {
        if (quality is null)
        {
            json.WriteNull("quality");
            json.WriteNull("oddSizes");
            return;
        }
        json.WriteStartObject("quality");
        json.WriteStartObject("limits");
        foreach (string problem in DatasetQuality.Problems)
            json.WriteNumber(problem, Rounded(quality.Limits[problem]));
        json.WriteEndObject();
        InspectionText.Objects(json, "images", quality.Findings, f =>
        {
            json.WriteString("file", f.Image.Path);
            json.WriteString("label", f.Image.Label);
            json.WriteString("problem", f.Problem);
            json.WriteNumber("figure", Rounded(f.Figure));
        });
        InspectionText.Objects(json, "classes", quality.Shares, s =>
        {
            json.WriteString("label", s.Label);
            json.WriteString("problem", s.Problem);
            json.WriteNumber("count", s.Count);
            json.WriteNumber("share", Rounded(s.Share));
            json.WriteNumber("shareElsewhere", Rounded(s.ShareElsewhere));
            json.WriteBoolean("isBound", s.IsBound);
        });
        json.WriteEndObject();
        InspectionText.Objects(json, "oddSizes", quality.OddSizes, o =>
        {
            json.WriteString("file", o.Image.Path);
            json.WriteNumber("width", o.Width);
            json.WriteNumber("height", o.Height);
            json.WriteString("problem", o.Problem);
            json.WriteNumber("figure", Rounded(o.Figure));
        });
    }

    private static double Rounded(double value) => Math.Round(value, 6);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
