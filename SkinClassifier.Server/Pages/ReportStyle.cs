using System.Text;

namespace SkinClassifier.Server.Pages;

/// <summary>The style sheet, for reports that stand alone.</summary>
internal static class ReportStyle
{
    /// <summary>The text of app.css; it is the server's own and holds nothing that HTML would end at.</summary>
    public static Microsoft.AspNetCore.Components.MarkupString Css { get; } = new(Read());

    private static string Read()
    {
        using StreamReader reader = new(typeof(ReportStyle).Assembly.GetManifestResourceStream("Pages/Assets/app.css")!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
