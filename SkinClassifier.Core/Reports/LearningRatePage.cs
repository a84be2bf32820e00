using System.Globalization;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Reports.Page;

namespace SkinClassifier.Reports;

/// <summary>What a learning rate range test found: a page that needs nothing else, and a CSV file.</summary>
internal sealed record LearningRatePage
{
    /// <summary>Rates, rising.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>Smoothed training loss after the step with each rate.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>The rate to start with; not-a-number when there is none.</summary>
    public required double Suggestion { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>What was tested, for example the network, as rows of a table.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>Writes lr-find.html and lr-find.csv, each whole or not at all.</summary>
    /// <param name="folder">Where to; made when it is not there.</param>
    /// <exception cref="ArgumentException">Rates and losses differ in number.</exception>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, "lr-find.html"), ToHtml());
        CsvText csv = new("learningRate", "loss");
        for (int i = 0; i < Rates.Count; i++)
            csv.Row(CsvText.Number(Rates[i]), CsvText.Number(Losses[i]));
        AtomicFile.WriteText(Path.Combine(folder, "lr-find.csv"), csv.ToString());
    }

    /// <summary>The page.</summary>
    /// <exception cref="ArgumentException">Rates and losses differ in number.</exception>
    public string ToHtml()
    {
        if (Rates.Count != Losses.Count)
            throw new ArgumentException($"LearningRatePage: expected one loss per rate, received {Rates.Count} rates and {Losses.Count} losses.");
        StringBuilder html = new(1 << 16);
        PageFrame.Begin(html, "Learning rate");
        html.Append("<header><h1>Learning rate</h1>");
        if (double.IsFinite(Suggestion))
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">Suggestion: <b>{Suggestion:0.0e+0}</b></p>");
        html.Append($"<p>{Html.Escape(Explanation)}</p></header>\n<section class=\"card\">\n<h2>Loss while the rate grows from step to step</h2>\n");
        RateChart.Write(html, Rates, Losses, Suggestion);
        html.Append("<p class=\"note\">Training loss, smoothed over the steps before. The dashed line is the suggestion. The highest losses may lie "
            + "above the image.</p>\n</section>\n");
        if (Facts.Count > 0)
        {
            html.Append("<section class=\"card\">\n<h2>Tested</h2>\n<table class=\"facts\"><tbody>\n");
            foreach ((string name, string value) in Facts)
                html.Append($"<tr><td>{Html.Escape(name)}</td><td>{Html.Escape(value)}</td></tr>\n");
            html.Append("</tbody></table>\n</section>\n");
        }
        PageFrame.End(html);
        return html.ToString();
    }
}
