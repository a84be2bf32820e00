using System.Text;

namespace SkinClassifier.Reports.Page;

/// <summary>What stands before and after the content of every page: no script, no request, system fonts.</summary>
internal static class PageFrame
{
    public static void Begin(StringBuilder html, string title) => html.Append($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="SkinClassifier">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <title>{Html.Escape(title)}</title>
        <style>{PageStyle.Css}</style>
        </head>
        <body>
        <main>

        """.ReplaceLineEndings("\n"));

    public static void End(StringBuilder html) => html.Append("</main>\n</body>\n</html>\n");
}
