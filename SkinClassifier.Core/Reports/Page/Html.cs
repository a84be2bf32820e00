using System.Globalization;
using System.Net;

namespace SkinClassifier.Reports.Page;

/// <summary>Text and numbers inside HTML and SVG.</summary>
internal static class Html
{
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate or percentage with at most two digits after the point.</summary>
    public static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
