using System.Globalization;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Metrics;

/// <summary>
/// How good a classifier is on a set of examples: every metric of metrics.json. Macro averages run over the classes that have examples.
/// A metric that is undefined for these examples is null, never 0.
/// </summary>
public sealed class ImageClassificationMetrics
{
    private readonly Dictionary<string, double?> _values = new(StringComparer.Ordinal);
    private readonly Lazy<BootstrapIntervals> _intervals;

    private ImageClassificationMetrics(ScoredExamples examples, DecisionMetrics? balanced, IReadOnlyList<string?>? groups, ulong seed, WorkerPool workers)
    {
        Examples = examples;
        (Groups, Seed, Workers) = (groups, seed, workers);
        ByScore = DecisionMetrics.Of(examples, examples.Top);
        Balanced = balanced;
        foreach (IMetric metric in MetricCatalog.All)
            _values.Add(metric.Name, metric.Compute(examples));
        ClassConfusionMatrix confusion = examples.Confusion;
        PerClass =
        [
            .. Enumerable.Range(0, examples.Classes)
                .Select(c => new ClassMetrics(examples.Labels[c], confusion.Support(c), confusion.Precision(c), confusion.Recall(c),
                confusion.F1(c), confusion.Specificity(c), examples.Ranked(c).AreaUnderRoc(examples), examples.Ranked(c).AveragePrecision(examples))),
        ];
        Calibration = CalibrationBin.Compute(examples);
        _intervals = new Lazy<BootstrapIntervals>(() => Bootstrap.Compute(examples, groups, seed, workers));
    }

    /// <summary>The examples that the metrics were computed from.</summary>
    internal ScoredExamples Examples { get; }

    /// <summary>Group of each example for the bootstrap; null: a group of its own.</summary>
    internal IReadOnlyList<string?>? Groups { get; }

    /// <summary>Seed of the bootstrap.</summary>
    internal ulong Seed { get; }

    /// <summary>Threads of the bootstrap.</summary>
    internal WorkerPool Workers { get; }

    /// <summary>N.</summary>
    public int Count => Examples.Count;

    /// <summary>Class names.</summary>
    public IReadOnlyList<string> Labels => Examples.Labels;

    /// <summary>Share of correct answers.</summary>
    public double? MicroAccuracy => this["microAccuracy"];

    /// <summary>Mean recall of the classes (balanced accuracy).</summary>
    public double? MacroAccuracy => this["macroAccuracy"];

    /// <summary>Mean of −ln p(actual class), p limited to [1e-15, 1].</summary>
    public double? LogLoss => this["logLoss"];

    /// <summary>1 − log loss / log loss of the class frequencies; null when all examples are of one class.</summary>
    public double? LogLossReduction => this["logLossReduction"];

    /// <summary>Mean precision of the classes; a class that was never predicted counts as 0.</summary>
    public double? MacroPrecision => this["macroPrecision"];

    /// <summary>Mean recall of the classes.</summary>
    public double? MacroRecall => this["macroRecall"];

    /// <summary>Mean F1 of the classes.</summary>
    public double? MacroF1 => this["macroF1"];

    /// <summary>F1 weighted by the classes' numbers of examples.</summary>
    public double? WeightedF1 => this["weightedF1"];

    /// <summary>Mean area under the ROC curve, one class against the rest.</summary>
    public double? MacroAuc => this["macroAuc"];

    /// <summary>Matthews correlation, −1 to 1; null when all examples are of one class.</summary>
    public double? MatthewsCorrelation => this["matthewsCorrelation"];

    /// <summary>Agreement beyond chance, at most 1.</summary>
    public double? CohenKappa => this["cohenKappa"];

    /// <summary>Mean distance between confidence and share of correct answers, 15 equal-width bins of the top probability.</summary>
    public double? ExpectedCalibrationError => this["expectedCalibrationError"];

    /// <summary>Share of examples whose class is among the three highest scores; null with fewer than three classes.</summary>
    public double? Top3Accuracy => this["top3Accuracy"];

    /// <summary>The name of the rule that predicted the classes (<see cref="DecisionRule.Name"/>), which accuracy, recall, F1 and the like follow.</summary>
    public string Decision { get; private init; } = HighestScoreRule.Word;

    /// <summary>What the highest score reaches.</summary>
    public DecisionMetrics ByScore { get; }

    /// <summary>What the balanced rule (p / prior^t) reaches; null where it is not known.</summary>
    public DecisionMetrics? Balanced { get; }

    /// <summary>t of the balanced rule; null where it is not known, or not one for all examples.</summary>
    public double? BalancedExponent { get; private init; }

    /// <summary>Counts, rows actual, columns predicted.</summary>
    public ClassConfusionMatrix ConfusionMatrix => Examples.Confusion;

    /// <summary>Metrics of each class, in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<ClassMetrics> PerClass { get; }

    /// <summary>Confidence against share of correct answers, 15 bins.</summary>
    public IReadOnlyList<CalibrationBin> Calibration { get; }

    /// <summary>
    /// 95 % intervals by metric name: percentile bootstrap, 1000 resamples, over groups when there are groups. A metric that cannot be computed
    /// in more than half of the resamples has none. Computed when first asked for.
    /// </summary>
    public IReadOnlyDictionary<string, ConfidenceInterval> ConfidenceIntervals => _intervals.Value.Metrics;

    /// <summary>
    /// 95 % intervals of the recall of each class, from the same resamples, in the order of <see cref="Labels"/>; null where it is undefined in more
    /// than half of them.
    /// </summary>
    public IReadOnlyList<ConfidenceInterval?> RecallIntervals => _intervals.Value.Recall;

    /// <summary>A metric by its name in metrics.json, for example "macroAuc"; null when it is undefined.</summary>
    /// <exception cref="ArgumentException">There is no such metric.</exception>
    public double? this[string name] => _values.TryGetValue(name, out double? value) ? value : _values[MetricCatalog.Find(name).Name];

    /// <summary>How each class is told from the rest at several thresholds, in the order of <see cref="Labels"/>.</summary>
    /// <param name="prevalences">
    /// Share that a class has where the model is going to be used, by class, above 0 and below 1, for predictive values and net benefit. Default: the share of
    /// the examples.
    /// </param>
    /// <exception cref="ArgumentException">There is no such class, or a share is out of range.</exception>
    public IReadOnlyList<ClassOperatingPoints> OperatingPoints(IReadOnlyDictionary<string, double>? prevalences = null)
    {
        foreach ((string label, double share) in prevalences ?? new Dictionary<string, double>())
            if (!Labels.Contains(label) || !(share > 0 && share < 1))
                throw new ArgumentException($"OperatingPoints: expected shares above 0 and below 1 of the classes {string.Join(", ", Labels)}, received "
                    + string.Create(CultureInfo.InvariantCulture, $"{label} {share}."), nameof(prevalences));
        return ClassOperatingPoints.Of(Examples, prevalences, Groups, Seed, Workers);
    }

    /// <summary>Computes all metrics.</summary>
    /// <param name="labels">Class names, K of them.</param>
    /// <param name="actual">Actual class of each example, 0 to K − 1, N of them; N may be 0.</param>
    /// <param name="scores">Probabilities [N,K].</param>
    /// <param name="groups">Group of each example for the bootstrap (one lesion, one patient); null: a group of its own.</param>
    /// <param name="seed">Seed of the bootstrap. Default 1.</param>
    /// <param name="workers">Threads of the bootstrap; they do not change the result. Default: all processors.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, a class is out of range, or a score is not a number.</exception>
    public static ImageClassificationMetrics Compute(IReadOnlyList<string> labels, ReadOnlySpan<int> actual, ReadOnlySpan<float> scores,
        IReadOnlyList<string?>? groups = null, ulong seed = 1, WorkerPool? workers = null) =>
        Compute(labels, actual, scores, DecisionRule.HighestScore, null, groups, seed, workers);

    /// <summary>Computes all metrics of classes that a rule predicts.</summary>
    /// <param name="labels">Class names, K of them.</param>
    /// <param name="actual">Actual class of each example, 0 to K − 1, N of them; N may be 0.</param>
    /// <param name="scores">Probabilities [N,K].</param>
    /// <param name="decision">Predicts the class of each example.</param>
    /// <param name="balanced">The balanced rule, for comparison (<see cref="Balanced"/>). Default null: not known.</param>
    /// <param name="groups">Group of each example for the bootstrap (one lesion, one patient); null: a group of its own.</param>
    /// <param name="seed">Seed of the bootstrap. Default 1.</param>
    /// <param name="workers">Threads of the bootstrap; they do not change the result. Default: all processors.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, a class is out of range, or a score is not a number.</exception>
    public static ImageClassificationMetrics Compute(IReadOnlyList<string> labels, ReadOnlySpan<int> actual, ReadOnlySpan<float> scores,
        DecisionRule decision, DecisionRule? balanced = null, IReadOnlyList<string?>? groups = null, ulong seed = 1, WorkerPool? workers = null)
    {
        ArgumentNullException.ThrowIfNull(decision);
        CheckGroups(actual.Length, groups);
        ScoredExamples examples = new(labels, actual, scores, decision);
        return new ImageClassificationMetrics(examples, balanced is null ? null : DecisionMetrics.Of(examples, examples.Decide(balanced)), groups, seed,
            workers ?? WorkerPool.Shared)
        { Decision = decision.Name, BalancedExponent = (balanced as PriorCorrectedRule)?.Exponent };
    }

    /// <summary>Of examples whose classes several rules of one kind predicted, as the folds of a cross-validation have them.</summary>
    /// <param name="examples">The examples with their predicted classes.</param>
    /// <param name="decision">Name of the rules.</param>
    /// <param name="balanced">Classes by the balanced rules; null: not known.</param>
    /// <param name="groups">Group of each example for the bootstrap; null: a group of its own.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    internal static ImageClassificationMetrics Of(
        ScoredExamples examples, string decision, int[]? balanced, IReadOnlyList<string?>? groups, ulong seed) =>
        new(examples, balanced is null ? null : DecisionMetrics.Of(examples, balanced), groups, seed, WorkerPool.Shared) { Decision = decision };

    private static void CheckGroups(int examples, IReadOnlyList<string?>? groups)
    {
        if (groups is not null && groups.Count != examples)
            throw new ArgumentException($"ImageClassificationMetrics: expected {examples} groups, received {groups.Count}.", nameof(groups));
    }

    /// <summary>A table for people: the main metrics with their intervals, the classes and the confusion matrix.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Count} examples, {Labels.Count} classes").AppendLine().AppendLine();
        foreach (IMetric metric in MetricCatalog.For(Labels.Count))
        {
            text.Append(metric.Name.PadRight(26)).Append(Show(this[metric.Name]));
            if (ConfidenceIntervals.TryGetValue(metric.Name, out ConfidenceInterval interval))
                text.Append(CultureInfo.InvariantCulture, $"   [{interval.Low:0.0000}, {interval.High:0.0000}]");
            text.AppendLine();
        }
        text.AppendLine().Append(CultureInfo.InvariantCulture, $"decided by {Decision}").AppendLine();
        foreach ((string rule, DecisionMetrics? reached) in new[] { ("byScore", ByScore), ("balanced", Balanced) })
            if (reached is not null)
                text.Append(rule.PadRight(26)).Append(CultureInfo.InvariantCulture,
                    $"microAccuracy {Show(reached.MicroAccuracy)}  macroAccuracy {Show(reached.MacroAccuracy)}  macroF1 {Show(reached.MacroF1)}").AppendLine();
        int width = Math.Max(6, Labels.Max(l => l.Length) + 1);
        text.AppendLine().Append("class".PadRight(width)).AppendLine(" support  precision  recall     f1  specificity    auc  avg. precision");
        foreach (ClassMetrics c in PerClass)
            text.Append(c.Label.PadRight(width)).Append(CultureInfo.InvariantCulture,
                $"{c.Support,8}  {Show(c.Precision),9}  {Show(c.Recall),6} {Show(c.F1),6}  {Show(c.Specificity),11} {Show(c.Auc),6}  "
                    + $"{Show(c.AveragePrecision),14}").AppendLine();
        return text.AppendLine().Append(ConfusionMatrix).ToString();
    }

    private static string Show(double? value) => value is double number ? number.ToString("0.0000", CultureInfo.InvariantCulture) : "–".PadLeft(6);
}
