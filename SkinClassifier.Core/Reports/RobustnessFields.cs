using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports;

/// <summary>What metrics.json says about corrupted images, the keys <c>meanCorruptionDrop</c> and <c>robustness</c>.</summary>
internal static class RobustnessFields
{
    /// <summary>Writes both keys; null where it was not measured.</summary>
    public static void Write(Utf8JsonWriter json, RobustnessMetrics? reached)
    {
        MetricsJson.Number(json, "meanCorruptionDrop", reached?.MeanDrop.Value);
        if (reached is null)
        {
            json.WriteNull("robustness");
            return;
        }
        json.WriteStartObject("robustness");
        json.WriteNumber("seed", reached.Seed);
        json.WriteNumber("views", 1);
        MetricsJson.Number(json, "accuracy", reached.Accuracy);
        MetricsJson.Measured(json, "meanDrop", reached.MeanDrop);
        MetricsJson.Measured(json, "meanFlipRate", reached.MeanFlipRate);
        json.WriteStartArray("corruptions");
        foreach (CorruptionMetrics corruption in reached.Corruptions)
        {
            json.WriteStartObject();
            json.WriteString("name", corruption.Name);
            MetricsJson.Measured(json, "meanDrop", corruption.MeanDrop);
            MetricsJson.Measured(json, "meanFlipRate", corruption.MeanFlipRate);
            json.WriteStartArray("severities");
            foreach (SeverityMetrics severity in corruption.Severities)
            {
                json.WriteStartObject();
                json.WriteNumber("severity", severity.Severity);
                MetricsJson.Number(json, "accuracy", severity.Accuracy);
                MetricsJson.Measured(json, "drop", severity.Drop);
                MetricsJson.Measured(json, "flipRate", severity.FlipRate);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
