using System.Text.Encodings.Web;
using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Metrics;

namespace SkinClassifier.Compare.Output;

/// <summary>comparison.json: what was compared on what, and the rows. An undefined number is null.</summary>
internal static class ComparisonJson
{
    public static void Write(string path, ComparisonResult result) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json =
            new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartObject("facts");
        foreach ((string name, string value) in result.Facts)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteBoolean("finished", result.IsFinished);
        json.WriteStartArray("rows");
        foreach (ComparisonRow row in result.Rows)
            Row(json, row);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Row(Utf8JsonWriter json, ComparisonRow row)
    {
        json.WriteStartObject();
        json.WriteString("method", row.Method.Name);
        json.WriteString("title", row.Method.Title);
        json.WriteNumber("count", row.Metrics.Count);
        foreach (string metric in ComparisonRow.MetricNames)
        {
            Difference? difference = row.Differences.GetValueOrDefault(metric);
            json.WriteStartObject(metric);
            Number(json, "value", row.Metrics[metric]);
            Interval(json, "interval", row.Metrics.ConfidenceIntervals.TryGetValue(metric, out ConfidenceInterval interval) ? interval : null);
            Number(json, "difference", difference?.Value);
            Interval(json, "differenceInterval", difference?.Interval);
            json.WriteBoolean("isBest", difference?.IsBest ?? false);
            json.WriteEndObject();
        }
        json.WriteNumber("secondsToTrain", Math.Round(row.SecondsToTrain, 3));
        json.WriteNumber("millisecondsPerImage", Math.Round(row.MillisecondsPerImage, 3));
        json.WriteNumber("megabytes", Math.Round(row.Megabytes, 3));
        json.WriteString("probabilities", row.Method.Learner?.Probabilities);
        json.WriteString("note", row.Note);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static void Interval(Utf8JsonWriter json, string name, ConfidenceInterval? interval)
    {
        if (interval is not { } known)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartArray(name);
        json.WriteNumberValue(known.Low);
        json.WriteNumberValue(known.High);
        json.WriteEndArray();
    }
}
