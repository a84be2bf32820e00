using System.Text;

namespace SkinClassifier.Reports.Page;

/// <summary>The numbers of a chart as a table, closed until it is asked for: for those who do not see the chart.</summary>
internal static class ChartTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="html">Gets it.</param>
    /// <param name="chart">What the chart is called.</param>
    /// <param name="columns">Headings.</param>
    /// <param name="rows">The cells of each row; none: nothing is written.</param>
    public static void Write(StringBuilder html, string chart, IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
            return;
        html.Append($"<details class=\"long\"><summary>Numbers: {Html.Escape(chart)}</summary>\n<div class=\"scroll\"><table><thead><tr>");
        foreach (string column in columns)
            html.Append($"<th>{Html.Escape(column)}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (string[] row in all)
            html.Append($"<tr><td class=\"name\">{Html.Escape(row[0])}</td>{string.Concat(row.Skip(1).Select(c => $"<td>{Html.Escape(c)}</td>"))}</tr>\n");
        html.Append("</tbody></table></div></details>\n");
    }
}
