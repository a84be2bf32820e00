using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Images with the same content that are both trained from and measured.</summary>
internal static class LeaksSection
{
    private const int MaxContents = 200;

    public static void Write(StringBuilder html, RunReport report)
    {
        if (report.Leaks is not { } leaks)
            return;
        html.Append("<section class=\"card\" id=\"leaks\">\n<h2>Same images in several sets</h2>\n");
        if (leaks.Contents == 0)
        {
            html.Append("<p class=\"note\">None: no file has the content (SHA-256) of a file in another set.</p>\n</section>\n");
            return;
        }
        html.Append($"<p>{Text.Whole(leaks.Images)} images hold {Text.Whole(leaks.Contents)} contents that are both trained from and measured. The "
            + $"metrics above look better than they are; remove the copies. metrics.json lists them.</p>\n");
        html.Append("<details class=\"long\"><summary>The files</summary>\n<div class=\"scroll\"><table class=\"facts\"><tbody>\n");
        foreach (ContentLeak leak in leaks.Items.Take(MaxContents))
            html.Append($"<tr><td>"
                + $"{string.Join("<br>", leak.Paths.Zip(leak.Sets, (path, set) => Html.Escape(set == "none" ? path : $"{path} ({set})")))}</td><td>"
                + $"{(leak.SeenInTraining ? "the model, or its teacher, was trained with it" : "")}</td></tr>\n");
        html.Append("</tbody></table></div>\n");
        if (leaks.Contents > MaxContents)
            html.Append($"<p class=\"note\">and {Text.Whole(leaks.Contents - MaxContents)} more, see metrics.json</p>\n");
        html.Append("</details>\n</section>\n");
    }
}
