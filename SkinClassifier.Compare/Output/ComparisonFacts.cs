using System.Globalization;
using SkinClassifier.Compare.Splits;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Defaults;

namespace SkinClassifier.Compare.Output;

/// <summary>What was compared on what, for the report and comparison.json.</summary>
internal static class ComparisonFacts
{
    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        CompareOptions options, ImageDataset data, IReadOnlyList<Fold> folds, BackboneChoice? backbone)
    {
        string images = folds.Count == 1
            ? $"{folds[0].Train.Examples.Count} to train on, {folds[0].Validation.Examples.Count} to choose by, {folds[0].Test.Examples.Count} measured"
            : $"{folds.Sum(f => f.Test.Examples.Count)} measured, in {folds.Count} folds";
        List<KeyValuePair<string, string>> facts =
        [
            new("data", options.Data),
            new("classes", string.Join(", ", data.Labels)),
            new("images", images),
            new("groups", options.GroupBy ?? "none"),
            new("seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
            new("threads", (options.Threads == 0 ? Environment.ProcessorCount : options.Threads).ToString(CultureInfo.InvariantCulture)),
        ];
        if (backbone is not null)
            facts.Add(new("network", backbone.OnnxFile is { } file ? Path.GetFileName(file) : backbone.Architecture.Name));
        if (options.TimeBudget is { } budget)
            facts.Add(new("time budget of the fine-tuned network", budget.ToString("c", CultureInfo.InvariantCulture)));
        facts.Add(new("ML.NET", typeof(Microsoft.ML.MLContext).Assembly.GetName().Version is { } ? MlNetVersion : ""));
        return facts;
    }

    private static string MlNetVersion => System.Diagnostics.FileVersionInfo.GetVersionInfo(typeof(Microsoft.ML.MLContext).Assembly.Location).ProductVersion?
        .Split('+')[0] ?? "unknown";
}
