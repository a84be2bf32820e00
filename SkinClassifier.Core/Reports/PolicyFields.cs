using System.Text.Json;
using SkinClassifier.Calibration;

namespace SkinClassifier.Reports;

/// <summary>What metrics.json says about a model's policy, the key <c>policy</c>.</summary>
internal static class PolicyFields
{
    /// <summary>Writes the object; null where there is no policy.</summary>
    public static void Write(Utf8JsonWriter json, PolicyMetrics? reached)
    {
        if (reached is null)
        {
            json.WriteNull("policy");
            return;
        }
        PolicyOptions options = reached.Policy.Options;
        json.WriteStartObject("policy");
        json.WriteNumber("alpha", options.Alpha);
        json.WriteString("sets", JsonNamingPolicy.KebabCaseLower.ConvertName(options.Sets.ToString()));
        MetricsJson.Number(json, "coverage", reached.Coverage);
        MetricsJson.Number(json, "meanSetSize", reached.MeanSetSize);
        MetricsJson.Number(json, "emptySets", reached.EmptySets);
        json.WriteStartArray("perClass");
        foreach (ClassCoverage c in reached.PerClass)
        {
            json.WriteStartObject();
            json.WriteString("label", c.Label);
            json.WriteNumber("support", c.Images);
            json.WriteNumber("calibrationImages", c.Calibration);
            MetricsJson.Number(json, "coverage", c.Share);
            MetricsJson.Interval(json, "coverageInterval", c.Interval);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("risk", options.Risk);
        MetricsJson.Number(json, "threshold", reached.Policy.Threshold);
        MetricsJson.Number(json, "answeredShare", reached.AnsweredShare);
        MetricsJson.Number(json, "errorAmongAnswers", reached.ErrorAmongAnswers);
        MetricsJson.Interval(json, "errorInterval", reached.ErrorInterval);
        MetricsJson.Number(json, "areaUnderRiskCoverage", reached.AreaUnderRiskCoverage);
        MetricsJson.Number(json, "unfamiliarShare", reached.UnfamiliarShare);
        MetricsJson.Number(json, "unusableShare", reached.UnusableShare);
        json.WriteString("calibratedOn", reached.Policy.CalibratedOn);
        json.WriteEndObject();
    }
}
