using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Reports.Page;

namespace SkinClassifier.Reports;

/// <summary>A table of what was tried, best first.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">One text per column.</param>
internal sealed record Leaderboard(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>A table for people; texts to the left, numbers to the right.</summary>
    public string ToText()
    {
        int[] widths = [.. Columns.Select((name, c) => Rows.Select(r => r[c].Length).Append(name.Length).Max())];
        StringBuilder text = new();
        foreach (IReadOnlyList<string> row in Rows.Prepend(Columns))
        {
            for (int c = 0; c < row.Count; c++)
                text.Append(IsNumber(c) ? row[c].PadLeft(widths[c]) : row[c].PadRight(widths[c])).Append(c == row.Count - 1 ? "" : "  ");
            text.Append('\n');
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>Writes the table as CSV, whole or not at all.</summary>
    public void WriteCsv(string path)
    {
        CsvText csv = new([.. Columns]);
        foreach (IReadOnlyList<string> row in Rows)
            csv.Row([.. row]);
        AtomicFile.WriteText(path, csv.ToString());
    }

    internal void WriteHtml(StringBuilder html)
    {
        html.Append("<section class=\"card\">\n<h2>Leaderboard</h2>\n<p class=\"note\">What was tried within the time, best first: later rounds, "
            + "which had more training, before earlier ones. The score is the mean of macro accuracy and macro AUC on the validation set.</p>\n"
            + "<div class=\"scroll\"><table><thead><tr>");
        foreach (string column in Columns)
            html.Append($"<th>{Html.Escape(column)}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (IReadOnlyList<string> row in Rows)
            html.Append($"<tr>{string.Concat(row.Select(cell => $"<td>{Html.Escape(cell)}</td>"))}</tr>\n");
        html.Append("</tbody></table></div>\n</section>\n");
    }

    private bool IsNumber(int column) =>
        Rows.Count > 0 && Rows.All(r => r[column].Length == 0 || double.TryParse(r[column], System.Globalization.CultureInfo.InvariantCulture, out _));
}
