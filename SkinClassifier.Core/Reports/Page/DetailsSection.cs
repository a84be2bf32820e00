using System.Text;
using SkinClassifier.Data;
using SkinClassifier.Models;

namespace SkinClassifier.Reports.Page;

/// <summary>Options, skipped files and the closing line.</summary>
internal static class DetailsSection
{
    private const int MaxSkipped = 200;

    public static void Write(StringBuilder html, RunReport report)
    {
        List<KeyValuePair<string, string>> facts = [.. report.Options.Where(o => o.Value.Length > 0)];
        if (report.Manifest is { } manifest)
            facts.AddRange(Facts(manifest).Where(f => facts.All(known => known.Key != f.Key)));
        if (facts.Count > 0)
        {
            html.Append("<section class=\"card\">\n<h2>Options</h2>\n<table class=\"facts\"><tbody>\n");
            foreach ((string name, string value) in facts)
                html.Append($"<tr><td>{Html.Escape(name)}</td><td>{Html.Escape(value)}</td></tr>\n");
            html.Append("</tbody></table>\n");
            if (report.UnchangedOptions.Count > 0)
            {
                html.Append("<details class=\"long\"><summary>Options that were left as they are</summary>\n<table class=\"facts\"><tbody>\n");
                foreach ((string name, string value) in report.UnchangedOptions)
                    html.Append($"<tr><td>{Html.Escape(name)}</td><td>{Html.Escape(value)}</td></tr>\n");
                html.Append("</tbody></table></details>\n");
            }
            html.Append("</section>\n");
        }
        if (report.Skipped.Count > 0)
        {
            html.Append($"<section class=\"card\">\n<h2>Skipped files</h2>\n"
                + $"<details class=\"long\"><summary>{Text.Whole(report.Skipped.Count)} files could not be used</summary>\n<table class=\"facts\"><tbody>\n");
            foreach (SkippedFile file in report.Skipped.Take(MaxSkipped))
                html.Append($"<tr><td>{Html.Escape(file.Path)}</td><td>{Html.Escape(file.Reason)}</td></tr>\n");
            html.Append("</tbody></table>");
            if (report.Skipped.Count > MaxSkipped)
                html.Append($"<p class=\"note\">and {Text.Whole(report.Skipped.Count - MaxSkipped)} more, see skipped.csv</p>");
            html.Append("</details>\n</section>\n");
        }
        html.Append($"<footer>Made by SkinClassifier{(report.Manifest is { } m ? " " + Html.Escape(m.ProductVersion) : "")}. The same metrics are in "
            + $"metrics.json, all options in config.json, every single answer in predictions.csv.</footer>\n");
    }

    private static IEnumerable<KeyValuePair<string, string>> Facts(ModelManifest manifest)
    {
        yield return new("network", manifest.Backbone);
        yield return new("weights", manifest.WeightsHash is { } hash ? $"pretrained, SHA-256 {hash}" : "from scratch");
        yield return new("input", $"{manifest.Width}×{manifest.Height}, {manifest.Preprocessing.Resize}, "
            + $"{manifest.Preprocessing.Filter}{(manifest.Preprocessing.ReducedDecoding ? ", large JPEG files decoded smaller" : "")}");
        yield return new("views per image (test-time augmentation)", manifest.TestTimeAugmentation.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return new("seed", manifest.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach ((string name, string value) in manifest.Options.OrderBy(o => o.Key, StringComparer.Ordinal))
            yield return new(name, value);
    }
}
