using System.Text.Json.Serialization;
using SkinClassifier.Metrics;

namespace SkinClassifier.Models;

/// <summary>
/// How a model's probabilities become a class, as manifest.json stores it. Files without it decide by the highest score.
/// </summary>
public sealed record ModelDecision
{
    /// <summary>t where no image chose it: what was best on HAM10000 with the default class weights.</summary>
    internal const double UsualExponent = 0.5;

    private static readonly string[] Words = [HighestScoreRule.Word, PriorCorrectedRule.Word, CostRule.Word, ThresholdRule.Word];

    /// <summary>"score" (default), "balanced", "costs" or "thresholds".</summary>
    public string Rule { get; init; } = HighestScoreRule.Word;

    /// <summary>What was asked for, for example "sensitivity=0.9:mel"; for information. Null: the rule alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>Which images chose the exponent and the thresholds; for information. Null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ChosenOn { get; init; }

    /// <summary>Share of each class in the training images, in the order of the labels; null: those of <see cref="ModelManifest.TrainedOn"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Prior { get; init; }

    /// <summary>t of the balanced rule p / prior^t, 0 to 1; null: 0.5. It is there with every rule, so that metrics can be compared.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Exponent { get; init; }

    /// <summary>Of the rule "costs": rows actual, columns predicted class, in the order of the labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<double>>? Costs { get; init; }

    /// <summary>Of the rule "thresholds": the class with the largest p / threshold is predicted; in the order of the labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Thresholds { get; init; }

    /// <summary>Whether this release knows the rule.</summary>
    internal bool IsKnown => Words.Contains(Rule);

    /// <summary>The rules as part of a sentence.</summary>
    internal static string KnownRules => $"{string.Join(", ", Words[..^1])} or {Words[^1]}";

    /// <summary>Share of each class in these counts; a class without images counts as one with one.</summary>
    internal static double[] Shares(IReadOnlyList<int> counts)
    {
        double total = counts.Sum(c => (double)Math.Max(c, 1));
        return [.. counts.Select(c => Math.Max(c, 1) / total)];
    }

    /// <summary>What does not fit, each as part of a sentence.</summary>
    internal IEnumerable<string> Errors(int classes)
    {
        if (Prior is not null && (PriorCorrectedRule.Problem(Prior, 0) ?? Length(Prior.Count, classes)) is { } prior)
            yield return $"decision.{prior}";
        if (Exponent is { } exponent && exponent is not (>= 0 and <= 1))
            yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"decision.exponent: expected 0 to 1, received {exponent}");
        if ((Rule == CostRule.Word || Costs is not null) && (CostRule.Problem(Costs!) ?? Length(Costs!.Count, classes)) is { } costs)
            yield return $"decision.{costs}";
        if ((Rule == ThresholdRule.Word || Thresholds is not null)
            && (ThresholdRule.Problem(Thresholds!) ?? Length(Thresholds!.Count, classes)) is { } thresholds)
            yield return $"decision.{thresholds}";
    }

    /// <summary>The rule.</summary>
    /// <param name="balanced">The balanced rule; null where it is not known.</param>
    internal DecisionRule ToRule(DecisionRule? balanced) => Rule switch
    {
        PriorCorrectedRule.Word => balanced!,
        CostRule.Word => DecisionRule.ExpectedCost(Costs!),
        ThresholdRule.Word => DecisionRule.Thresholds(Thresholds!),
        _ => DecisionRule.HighestScore,
    };

    /// <summary>The balanced rule; null where the shares of the classes are not known.</summary>
    internal DecisionRule? ToBalanced(ModelManifest manifest) =>
        WithPrior(manifest).Prior is { } prior ? DecisionRule.PriorCorrected(prior, Exponent ?? UsualExponent) : null;

    /// <summary>The same with the shares of the manifest's training images where it has none of its own.</summary>
    internal ModelDecision WithPrior(ModelManifest manifest)
    {
        int[] counts = [.. manifest.Labels.Select(l => manifest.TrainedOn.GetValueOrDefault(l))];
        return Prior is not null || counts.Length < 2 || counts.All(c => c <= 0) ? this : this with { Prior = Shares(counts) };
    }

    private static string? Length(int count, int classes) => count == classes ? null : $"decision: expected values for {classes} labels, received {count}";
}
