using System.Text.Json;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports;

/// <summary>metrics.json. An undefined metric is null.</summary>
internal static class MetricsJson
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="metrics">The metrics.</param>
    /// <param name="leaks">Images that are both trained from and measured, the key <c>leaks</c>. Default: not known, null.</param>
    /// <param name="policy">What the model's policy reaches, the key <c>policy</c>. Default: there is none, null.</param>
    /// <param name="neighborAgreement">Agreement with the most similar training images. Default: the model has no gallery, null.</param>
    /// <param name="more">Writes further keys. Default: there are none.</param>
    public static void Write(string path, ImageClassificationMetrics metrics, ContentLeaks? leaks = null, PolicyMetrics? policy = null,
        double? neighborAgreement = null, Action<Utf8JsonWriter>? more = null)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        AtomicFile.Write(path, stream => Write(stream, metrics, leaks, policy, neighborAgreement, more));
    }

    /// <summary>Writes the JSON object, UTF-8, indented.</summary>
    /// <param name="stream">Stays open.</param>
    /// <param name="metrics">The metrics.</param>
    /// <param name="leaks">Images that are both trained from and measured, the key <c>leaks</c>. Default: not known, null.</param>
    /// <param name="policy">What the model's policy reaches, the key <c>policy</c>. Default: there is none, null.</param>
    /// <param name="neighborAgreement">Agreement with the most similar training images. Default: the model has no gallery, null.</param>
    /// <param name="more">Writes further keys. Default: there are none.</param>
    public static void Write(Stream stream, ImageClassificationMetrics metrics, ContentLeaks? leaks = null, PolicyMetrics? policy = null,
        double? neighborAgreement = null, Action<Utf8JsonWriter>? more = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(metrics);
        using Utf8JsonWriter json = Writer(stream);
        json.WriteStartObject();
        Fields(json, metrics);
        json.WriteString("decision", metrics.Decision);
        Rule(json, "byScore", metrics.ByScore, null);
        Rule(json, "balanced", metrics.Balanced, metrics.BalancedExponent);
        Leaks(json, leaks);
        PolicyFields.Write(json, policy);
        Number(json, "neighborAgreement", neighborAgreement);
        more?.Invoke(json);
        json.WriteEndObject();
        json.Flush();
        stream.Write("\n"u8);
    }

    /// <summary>How all JSON files are written: indented, letters of all languages as they are.</summary>
    internal static Utf8JsonWriter Writer(Stream stream) => new(
        stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The metrics from count to confidenceIntervals.</summary>
    internal static void Fields(Utf8JsonWriter json, ImageClassificationMetrics metrics)
    {
        json.WriteNumber("count", metrics.Count);
        json.WriteStartArray("labels");
        foreach (string label in metrics.Labels)
            json.WriteStringValue(label);
        json.WriteEndArray();
        foreach (IMetric metric in MetricCatalog.All)
            Number(json, metric.Name, metrics[metric.Name]);
        json.WriteStartArray("confusionMatrix");
        foreach (long[] row in metrics.ConfusionMatrix.ToRows())
        {
            json.WriteStartArray();
            foreach (long count in row)
                json.WriteNumberValue(count);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("perClass");
        foreach ((int index, ClassMetrics c) in metrics.PerClass.Index())
        {
            json.WriteStartObject();
            json.WriteString("label", c.Label);
            json.WriteNumber("support", c.Support);
            Number(json, "precision", c.Precision);
            Number(json, "recall", c.Recall);
            Interval(json, "recallInterval", metrics.RecallIntervals[index]);
            Number(json, "f1", c.F1);
            Number(json, "specificity", c.Specificity);
            Number(json, "auc", c.Auc);
            Number(json, "averagePrecision", c.AveragePrecision);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("confidenceIntervals");
        foreach (IMetric metric in MetricCatalog.All)
            if (metrics.ConfidenceIntervals.TryGetValue(metric.Name, out ConfidenceInterval interval))
            {
                json.WriteStartArray(metric.Name);
                json.WriteNumberValue(interval.Low);
                json.WriteNumberValue(interval.High);
                json.WriteEndArray();
            }
        json.WriteEndObject();
    }

    /// <summary>What another rule reaches on the same probabilities; null where the rule is not known.</summary>
    private static void Rule(Utf8JsonWriter json, string name, DecisionMetrics? reached, double? exponent)
    {
        if (reached is null)
        {
            json.WriteNull(name);
            return;
        }
        ClassConfusionMatrix confusion = reached.ConfusionMatrix;
        json.WriteStartObject(name);
        if (name == "balanced")
            Number(json, "exponent", exponent);
        Number(json, "microAccuracy", reached.MicroAccuracy);
        Number(json, "macroAccuracy", reached.MacroAccuracy);
        Number(json, "macroRecall", reached.MacroAccuracy);
        Number(json, "macroF1", reached.MacroF1);
        json.WriteStartArray("perClass");
        for (int c = 0; c < confusion.Classes; c++)
        {
            json.WriteStartObject();
            json.WriteString("label", confusion.Labels[c]);
            Number(json, "recall", confusion.Recall(c));
            Number(json, "f1", confusion.F1(c));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Leaks(Utf8JsonWriter json, ContentLeaks? leaks)
    {
        if (leaks is null)
        {
            json.WriteNull("leaks");
            return;
        }
        json.WriteStartObject("leaks");
        json.WriteNumber("contents", leaks.Contents);
        json.WriteNumber("images", leaks.Images);
        json.WriteStartArray("files");
        foreach (ContentLeak leak in leaks.Items)
        {
            json.WriteStartObject();
            json.WriteBoolean("seenInTraining", leak.SeenInTraining);
            json.WriteStartArray("paths");
            foreach (string path in leak.Paths)
                json.WriteStringValue(path);
            json.WriteEndArray();
            json.WriteStartArray("sets");
            foreach (string set in leak.Sets)
                json.WriteStringValue(set);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Both ends, or null where there is no interval.</summary>
    internal static void Interval(Utf8JsonWriter json, string name, ConfidenceInterval? interval)
    {
        if (interval is not { } range)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartArray(name);
        json.WriteNumberValue(range.Low);
        json.WriteNumberValue(range.High);
        json.WriteEndArray();
    }

    /// <summary>A number and its interval, "name" and "nameInterval".</summary>
    internal static void Measured(Utf8JsonWriter json, string name, MeasuredValue value)
    {
        Number(json, name, value.Value);
        Interval(json, name + "Interval", value.Interval);
    }

    /// <summary>A number, or null where it is not defined.</summary>
    internal static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
