using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports;

/// <summary>What metrics.json says about subgroups, the key <c>subgroups</c>.</summary>
internal static class SubgroupFields
{
    /// <summary>Writes the array; null where no column was looked at.</summary>
    /// <param name="json">Gets the key.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="labels">The classes.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<SubgroupColumn> columns, IReadOnlyList<string> labels)
    {
        if (columns.Count == 0)
        {
            json.WriteNull("subgroups");
            return;
        }
        json.WriteStartArray("subgroups");
        foreach (SubgroupColumn column in columns)
        {
            json.WriteStartObject();
            json.WriteString("column", column.Column);
            if (column.Column == SkinToneProxy.Name)
                json.WriteString("warning", SkinToneProxy.Warning);
            json.WriteStartArray("groups");
            foreach (SubgroupMetrics group in column.Groups)
                Group(json, group, labels);
            json.WriteEndArray();
            json.WriteStartArray("largestGaps");
            foreach (SubgroupGap gap in column.LargestGaps)
            {
                json.WriteStartObject();
                json.WriteString("metric", gap.Metric);
                json.WriteString("high", gap.High);
                json.WriteString("low", gap.Low);
                MetricsJson.Measured(json, "gap", gap.Gap);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Group(Utf8JsonWriter json, SubgroupMetrics group, IReadOnlyList<string> labels)
    {
        json.WriteStartObject();
        json.WriteString("value", group.Value);
        json.WriteNumber("count", group.Count);
        json.WriteNumber("cases", group.Cases);
        json.WriteBoolean("isSmall", group.IsSmall);
        MetricsJson.Measured(json, "accuracy", group.Accuracy);
        MetricsJson.Measured(json, "sensitivity", group.Sensitivity);
        MetricsJson.Measured(json, "auc", group.Auc);
        MetricsJson.Measured(json, "calibrationError", group.CalibrationError);
        json.WriteStartArray("perClass");
        foreach ((int c, MeasuredValue recall) in group.Recall.Index())
        {
            json.WriteStartObject();
            json.WriteString("label", labels[c]);
            MetricsJson.Measured(json, "recall", recall);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
