using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Images of a dataset with what is said about them, in rows that follow the width of the page.</summary>
internal static class Figures
{
    /// <summary>Begins a gallery.</summary>
    public static void Begin(StringBuilder html, string kind = "neutral") => html.Append($"<div class=\"gallery {kind}\">\n");

    /// <summary>Ends it.</summary>
    public static void End(StringBuilder html) => html.Append("</div>\n");

    /// <summary>One or more images with a caption.</summary>
    /// <param name="html">Gets it.</param>
    /// <param name="thumbnails">The small images.</param>
    /// <param name="examples">The images, side by side.</param>
    /// <param name="caption">HTML.</param>
    public static void Write(StringBuilder html, Thumbnails thumbnails, IReadOnlyList<ImageExample> examples, string caption)
    {
        html.Append("<figure><div class=\"image\">");
        foreach (ImageExample example in examples)
            html.Append(thumbnails[example] is { } data
                ? $"<img alt=\"{Html.Escape($"{example.Label}: {example.Path}")}\" loading=\"lazy\" src=\"data:image/jpeg;base64,{data}\">"
                : "<span class=\"none\">not shown</span>");
        html.Append($"</div><figcaption>{caption}</figcaption></figure>\n");
    }

    /// <summary>Path of an image, and what it belongs to: class, set and group, as far as there are any.</summary>
    public static string Place(ImageExample example) => $"<small>{Html.Escape(example.Path)}<br>{Html.Escape(string.Join(" · ", Marks(example)))}</small>";

    /// <summary>Class, set and group of an image.</summary>
    public static IEnumerable<string> Marks(ImageExample example)
    {
        yield return example.Label;
        if (example.Split != DatasetSplit.Unassigned)
            yield return $"set {SplitNames.NameOf(example.Split)}";
        if (example.Group is { } group)
            yield return $"group {group}";
    }
}
