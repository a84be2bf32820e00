using System.Globalization;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Reports;

namespace SkinClassifier.Compare.Output;

/// <summary>The rows as text and as CSV.</summary>
internal static class ComparisonTable
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Two tables for people: metrics with intervals; differences and costs.</summary>
    public static string ToText(IReadOnlyList<ComparisonRow> rows)
    {
        StringBuilder text = new();
        Table(text, ["method", .. ComparisonRow.MetricNames.Select(Text.Title)], rows.Select(row =>
            (string[])[row.Method.Title, .. ComparisonRow.MetricNames.Select(m => Value(row, m))]));
        text.Append("\nDifference to the best, and costs\n");
        Table(text, ["method", .. ComparisonRow.MetricNames.Select(Text.Title), "train s", "ms/image", "MB"], rows.Select(row => (string[])
        [
            row.Method.Title, .. ComparisonRow.MetricNames.Select(m => Difference(row, m)), Cost(row.SecondsToTrain),
            Cost(row.MillisecondsPerImage), Cost(row.Megabytes),
        ]));
        foreach (ComparisonRow row in rows.Where(r => r.Note is not null))
            text.Append(Invariant, $"{row.Method.Title}: {row.Note}\n");
        return text.ToString().TrimEnd();
    }

    /// <summary>A metric with its interval, for example "0.563 [0.528, 0.601]".</summary>
    public static string Value(ComparisonRow row, string metric) => row.Metrics.ConfidenceIntervals.TryGetValue(metric, out ConfidenceInterval i)
        ? $"{Text.Metric(row.Metrics[metric])} [{Text.Metric(i.Low)}, {Text.Metric(i.High)}]" : Text.Metric(row.Metrics[metric]);

    /// <summary>A difference with its interval; "best" in the best row.</summary>
    public static string Difference(ComparisonRow row, string metric) => row.Differences.GetValueOrDefault(metric) switch
    {
        { IsBest: true } => "best",
        { Value: { } value, Interval: { } i } => $"{Signed(value)} [{Signed(i.Low)}, {Signed(i.High)}]",
        { Value: { } value } => Signed(value),
        _ => "–",
    };

    /// <summary>Seconds, milliseconds or megabytes.</summary>
    public static string Cost(double value) => value.ToString("0.0", Invariant);

    /// <summary>Writes the table as CSV.</summary>
    public static void WriteCsv(string path, IReadOnlyList<ComparisonRow> rows)
    {
        CsvText csv = new(["method", "title", "count",
            .. ComparisonRow.MetricNames.SelectMany(m => new[] { m, $"{m}Low", $"{m}High", $"{m}Difference", $"{m}DifferenceLow", $"{m}DifferenceHigh" }),
            "secondsToTrain", "millisecondsPerImage", "megabytes", "note"]);
        foreach (ComparisonRow row in rows)
            csv.Row([row.Method.Name, row.Method.Title, row.Metrics.Count.ToString(Invariant), .. ComparisonRow.MetricNames.SelectMany(m => Numbers(row, m)),
                CsvText.Number(Math.Round(row.SecondsToTrain, 3)), CsvText.Number(Math.Round(row.MillisecondsPerImage, 3)),
                CsvText.Number(Math.Round(row.Megabytes, 3)), row.Note ?? ""]);
        AtomicFile.WriteText(path, csv.ToString());
    }

    private static IEnumerable<string> Numbers(ComparisonRow row, string metric)
    {
        ConfidenceInterval? interval = row.Metrics.ConfidenceIntervals.TryGetValue(metric, out ConfidenceInterval i) ? i : null;
        Difference? difference = row.Differences.GetValueOrDefault(metric);
        return new[] { row.Metrics[metric], interval?.Low, interval?.High, difference?.Value, difference?.Interval?.Low, difference?.Interval?.High }
            .Select(CsvText.Number);
    }

    private static string Signed(double value) => value.ToString("+0.000;−0.000;0.000", Invariant);

    private static void Table(StringBuilder text, string[] header, IEnumerable<string[]> rows)
    {
        string[][] all = [header, .. rows];
        int[] widths = [.. header.Select((_, c) => all.Max(row => row[c].Length))];
        foreach (string[] row in all)
        {
            for (int c = 0; c < row.Length; c++)
                text.Append(c == 0 ? row[c].PadRight(widths[c]) : "  " + row[c].PadLeft(widths[c]));
            text.Append('\n');
        }
    }
}
