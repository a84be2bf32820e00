using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Files that cannot be used, with reasons.</summary>
internal static class UnreadableSection
{
    private const int MaxListed = 200;

    public static void Write(StringBuilder html, DatasetInspection found)
    {
        if (found.Unreadable.Count == 0)
            return;
        html.Append($"<section class=\"card\">\n<h2>Unreadable files</h2>\n<p class=\"note\">{Text.Whole(found.Unreadable.Count)} files cannot be used.</p>\n"
            + "<table class=\"facts\"><tbody>\n");
        foreach (SkippedFile file in found.Unreadable.Take(MaxListed))
            html.Append($"<tr><td>{Html.Escape(file.Path)}</td><td>{Html.Escape(file.Reason)}</td></tr>\n");
        html.Append("</tbody></table>\n");
        if (found.Unreadable.Count > MaxListed)
            html.Append($"<p class=\"note\">and {Text.Whole(found.Unreadable.Count - MaxListed)} more</p>\n");
        html.Append("</section>\n");
    }
}
