using System.Globalization;
using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports;

/// <summary>What metrics.json says about operating points and hierarchies, the keys <c>operatingPoints</c> and <c>hierarchy</c>.</summary>
internal static class OperatingFields
{
    /// <summary>Writes both keys.</summary>
    public static void Write(Utf8JsonWriter json, ReportFigures figures)
    {
        Points(json, figures.OperatingPoints);
        if (figures.Hierarchy is not { } hierarchy)
        {
            json.WriteNull("hierarchy");
            return;
        }
        json.WriteStartObject("hierarchy");
        json.WriteString("name", hierarchy.Name);
        json.WriteStartArray("levels");
        foreach ((int index, HierarchyLevel level) in figures.Levels.Index())
        {
            json.WriteStartObject();
            json.WriteNumber("level", level.Level);
            json.WriteStartObject("members");
            foreach ((int c, IReadOnlyList<string> members) in level.Members.Index())
            {
                json.WriteStartArray(level.Metrics.Labels[c]);
                foreach (string member in members)
                    json.WriteStringValue(member);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            MetricsJson.Fields(json, level.Metrics);
            Points(json, figures.LevelPoints[index]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Points(Utf8JsonWriter json, IReadOnlyList<ClassOperatingPoints> classes)
    {
        json.WriteStartArray("operatingPoints");
        foreach (ClassOperatingPoints c in classes)
        {
            json.WriteStartObject();
            json.WriteString("label", c.Label);
            json.WriteNumber("support", c.Support);
            MetricsJson.Number(json, "prevalence", c.Prevalence);
            json.WriteBoolean("prevalenceIsStated", c.IsPrevalenceStated);
            MetricsJson.Number(json, "partialAuc", c.PartialAuc);
            MetricsJson.Interval(json, "partialAucInterval", c.PartialAucInterval);
            json.WriteStartArray("points");
            foreach (OperatingPoint point in c.Points)
                Point(json, point);
            json.WriteEndArray();
            json.WriteStartObject("precisionRecallCurve");
            Numbers(json, "recall", c.PrecisionRecall.Select(p => (double?)p.Recall));
            Numbers(json, "precision", c.PrecisionRecall.Select(p => (double?)p.Precision));
            json.WriteEndObject();
            json.WriteStartObject("decisionCurve");
            Numbers(json, "threshold", c.NetBenefit.Thresholds.Select(t => (double?)t));
            Numbers(json, "netBenefit", c.NetBenefit.Model);
            Numbers(json, "treatAll", c.NetBenefit.All);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Point(Utf8JsonWriter json, OperatingPoint point)
    {
        json.WriteStartObject();
        json.WriteString("by", point.Kind.ToString().ToLowerInvariant());
        MetricsJson.Number(json, "target", point.Target);
        MetricsJson.Number(json, "threshold", point.Threshold);
        MetricsJson.Number(json, "sensitivity", point.Sensitivity);
        MetricsJson.Number(json, "specificity", point.Specificity);
        MetricsJson.Interval(json, "interval", point.Interval);
        MetricsJson.Number(json, "positivePredictiveValue", point.PositivePredictiveValue);
        MetricsJson.Number(json, "negativePredictiveValue", point.NegativePredictiveValue);
        MetricsJson.Number(json, "f0.5", point.FHalf);
        MetricsJson.Number(json, "f1", point.F1);
        MetricsJson.Number(json, "f2", point.F2);
        json.WriteEndObject();
    }

    /// <summary>All numbers on one line, to twelve digits after the point.</summary>
    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double?> values)
    {
        json.WritePropertyName(name);
        json.WriteRawValue($"[{string.Join(',', values.Select(Number))}]");

        static string Number(double? value) => value is { } number ? Math.Round(number, 12).ToString("R", CultureInfo.InvariantCulture) : "null";
    }
}
