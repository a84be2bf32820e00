using System.Globalization;
using System.Text;
using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Reports;

/// <summary>Two models on the same images: comparison.json, comparison.html and both predictions.</summary>
/// <param name="First">Name of the first model.</param>
/// <param name="Second">Name of the second model.</param>
/// <param name="MeasuredOn">Which images.</param>
/// <param name="Examples">The images.</param>
/// <param name="Result">The comparison.</param>
internal sealed record ComparisonReport(string First, string Second, string MeasuredOn, IReadOnlyList<ImageExample> Examples, ModelComparison Result)
{
    /// <summary>Of the images those that each model, or its teacher, was trained with; null where a model does not know.</summary>
    public (int? First, int? Second) Seen { get; init; }

    /// <summary>A sentence on a comparison that is not fair because a model was trained with the images; null where that is not known.</summary>
    public string? Warning => Seen.First is > 0 || Seen.Second is > 0
        ? $"of the {Text.Whole(Examples.Count)} images the first model, or its teacher, was trained with {Number(Seen.First)}, the second with "
            + $"{Number(Seen.Second)}. What a model was trained with it knows better than new images; compare on images that neither has seen."
        : null;

    /// <summary>Compares what two models said of the same images.</summary>
    /// <exception cref="ArgumentException">They have other classes, or read other images.</exception>
    public static ComparisonReport Of(string first, ModelEvaluation firstSaid, string second, ModelEvaluation secondSaid, string measuredOn)
    {
        if (!firstSaid.Labels.Order(StringComparer.Ordinal).SequenceEqual(secondSaid.Labels.Order(StringComparer.Ordinal)))
            throw new ArgumentException($"{second}: expected the classes of {first} ({string.Join(", ", firstSaid.Labels)}), received "
                + $"{string.Join(", ", secondSaid.Labels)}. Compare models of the same classes.");
        if (!firstSaid.Examples.Select(e => e.Path).SequenceEqual(secondSaid.Examples.Select(e => e.Path)))
            throw new ArgumentException($"{second}: expected to read the same images as {first} ({firstSaid.Examples.Count}), received "
                + $"{secondSaid.Examples.Count}. Remove the images that cannot be read.");
        return new ComparisonReport(first, second, measuredOn, firstSaid.Examples, ModelComparison.Of(firstSaid.Metrics, InOrder(secondSaid, firstSaid)))
        {
            Seen = (firstSaid.SeenImages, secondSaid.SeenImages),
        };
    }

    /// <summary>Writes all files.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, "comparison.json"), WriteJson);
        AtomicFile.WriteText(Path.Combine(folder, "comparison.html"), Page.ComparisonPage.Create(this));
        RunTables.WritePredictions(Path.Combine(folder, "predictions-first.csv"), Result.First, Examples);
        RunTables.WritePredictions(Path.Combine(folder, "predictions-second.csv"), Result.Second, Examples);
    }

    /// <summary>The comparison for people.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Result.First.Count} images: {MeasuredOn}\nfirst: {First}\nsecond: {Second}\n\n")
            .Append("metric              first  second  difference [95 %]\n");
        foreach ((string name, MeasuredValue difference) in Result.Differences)
            text.Append($"{name,-18} {Text.Metric(Result.First[name]),6}  {Text.Metric(Result.Second[name]),6}  {Text.Metric(difference.Value),10} "
                + $"[{Text.Interval(difference.Interval)}]\n");
        McNemarTest test = Result.McNemar;
        text.Append(CultureInfo.InvariantCulture, $"\nMcNemar: only the first is right {test.OnlyFirst}, only the second {test.OnlySecond}; chi-square ")
            .Append($"{Text.Metric(test.ChiSquare)}, p {Probability(test.ChiSquareP)}; exact p {Probability(test.ExactP)}\n");
        text.Append("DeLong, area under the ROC curve of each class:\n");
        foreach (DeLongTest t in Result.DeLong)
            text.Append($"  {t.Label}: {Text.Metric(t.First)} and {Text.Metric(t.Second)}, difference {Text.Metric(t.Difference.Value)} "
                + $"[{Text.Interval(t.Difference.Interval)}], p {Probability(t.P)}\n");
        return text.ToString();
    }

    private static string Number(int? count) => count is { } known ? Text.Whole(known) : "an unknown number";

    /// <summary>A p-value to two digits.</summary>
    internal static string Probability(double? p) => p switch
    {
        null => "–",
        < 0.0001 => "below 0.0001",
        { } value => value.ToString(value < 0.001 ? "0.00000" : "0.0000", CultureInfo.InvariantCulture),
    };

    /// <summary>Metrics with the classes in the order of another evaluation.</summary>
    private static ImageClassificationMetrics InOrder(ModelEvaluation said, ModelEvaluation other)
    {
        int[] place = [.. said.Labels.Select(l => other.Labels.Index().First(o => o.Item == l).Index)];
        float[] scores = new float[said.Examples.Count * place.Length];
        for (int i = 0; i < said.Examples.Count; i++)
            for (int c = 0; c < place.Length; c++)
                scores[i * place.Length + place[c]] = said.ScoresOf(i)[c];
        ScoredExamples ordered = new(other.Labels, [.. said.Actual.Select(a => place[a])], scores);
        return ImageClassificationMetrics.Of(ordered.WithPredicted([.. Enumerable.Range(0, said.Examples.Count).Select(i => place[said.PredictedIndex(i)])]),
            said.Metrics.Decision, null, other.Metrics.Groups, other.Metrics.Seed);
    }

    private void WriteJson(Stream stream)
    {
        using Utf8JsonWriter json = MetricsJson.Writer(stream);
        json.WriteStartObject();
        json.WriteString("first", First);
        json.WriteString("second", Second);
        json.WriteString("measuredOn", MeasuredOn);
        json.WriteNumber("count", Result.First.Count);
        json.WriteStartObject("seenInTraining");
        MetricsJson.Number(json, "first", Seen.First);
        MetricsJson.Number(json, "second", Seen.Second);
        json.WriteEndObject();
        json.WriteStartObject("differences");
        foreach ((string name, MeasuredValue difference) in Result.Differences)
        {
            json.WriteStartObject(name);
            MetricsJson.Number(json, "first", Result.First[name]);
            MetricsJson.Number(json, "second", Result.Second[name]);
            MetricsJson.Measured(json, "difference", difference);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartObject("mcNemar");
        json.WriteNumber("onlyFirstRight", Result.McNemar.OnlyFirst);
        json.WriteNumber("onlySecondRight", Result.McNemar.OnlySecond);
        MetricsJson.Number(json, "chiSquare", Result.McNemar.ChiSquare);
        json.WriteNumber("chiSquareP", Result.McNemar.ChiSquareP);
        json.WriteNumber("exactP", Result.McNemar.ExactP);
        json.WriteEndObject();
        json.WriteStartArray("deLong");
        foreach (DeLongTest test in Result.DeLong)
        {
            json.WriteStartObject();
            json.WriteString("label", test.Label);
            MetricsJson.Number(json, "first", test.First);
            MetricsJson.Number(json, "second", test.Second);
            MetricsJson.Measured(json, "difference", test.Difference);
            MetricsJson.Number(json, "z", test.Z);
            MetricsJson.Number(json, "p", test.P);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }
}
