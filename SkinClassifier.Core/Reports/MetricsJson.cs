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
    public static void Write(string path, ImageClassificationMetrics metrics, ContentLeaks? leaks = null, PolicyMetrics? policy = null,
        double? neighborAgreement = null)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        AtomicFile.Write(path, stream => Write(stream, metrics, leaks, policy, neighborAgreement));
    }

    /// <summary>Writes the JSON object, UTF-8, indented.</summary>
    /// <param name="stream">Stays open.</param>
    /// <param name="metrics">The metrics.</param>
    /// <param name="leaks">Images that are both trained from and measured, the key <c>leaks</c>. Default: not known, null.</param>
    /// <param name="policy">What the model's policy reaches, the key <c>policy</c>. Default: there is none, null.</param>
    /// <param name="neighborAgreement">Agreement with the most similar training images. Default: the model has no gallery, null.</param>
    public static void Write(Stream stream, ImageClassificationMetrics metrics, ContentLeaks? leaks = null, PolicyMetrics? policy = null,
        double? neighborAgreement = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(metrics);
        using Utf8JsonWriter json = new(
            stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
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
        foreach (ClassMetrics c in metrics.PerClass)
        {
            json.WriteStartObject();
            json.WriteString("label", c.Label);
            json.WriteNumber("support", c.Support);
            Number(json, "precision", c.Precision);
            Number(json, "recall", c.Recall);
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
        json.WriteString("decision", metrics.Decision);
        Rule(json, "byScore", metrics.ByScore, null);
        Rule(json, "balanced", metrics.Balanced, metrics.BalancedExponent);
        Leaks(json, leaks);
        PolicyFields.Write(json, policy);
        Number(json, "neighborAgreement", neighborAgreement);
        json.WriteEndObject();
        json.Flush();
        stream.Write("\n"u8);
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

    /// <summary>A number, or null where it is not defined.</summary>
    internal static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
