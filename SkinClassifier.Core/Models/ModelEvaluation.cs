using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Metrics;

namespace SkinClassifier.Models;

/// <summary>What a model said about every image of a dataset, and the metrics that follow from it.</summary>
public sealed class ModelEvaluation
{
    private readonly float[] _scores;
    private readonly SeenContent? _seen;

    private ModelEvaluation(ImageDataset data, IReadOnlyList<string> labels, IReadOnlyList<ImageExample> examples, int[] actual, float[] scores,
        IReadOnlyList<SkippedFile> skipped, ulong seed, SeenContent? seen, DecisionRule decision, DecisionRule? balanced,
        PredictionPolicy? policy, IReadOnlyList<ImageFindings>? findings)
    {
        Data = data;
        Labels = labels;
        Decision = decision;
        Balanced = balanced;
        Examples = examples;
        Actual = actual;
        _scores = scores;
        _seen = seen;
        Skipped = skipped;
        string?[] groups = [.. examples.Select(e => e.Group)];
        Metrics = ImageClassificationMetrics.Compute(labels, actual, scores, decision, balanced, groups.Any(g => g is not null) ? groups : null, seed);
        Policy = policy is null ? null : PolicyMetrics.Measure(policy, CalibrationImages.Of(labels, scores, actual, decision),
            policy.Checks is null ? null : findings);
        if (findings is not null && findings.Any(f => f.Similar.Count > 0))
            NeighborAgreement = findings.Select((f, i) => f.Similar.Average(s => s.Label == labels[actual[i]] ? 1.0 : 0)).Average();
    }

    /// <summary>The model's class names, in the order of the scores.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The images that were read, in the order of the dataset.</summary>
    public IReadOnlyList<ImageExample> Examples { get; }

    /// <summary>Index of the true class of each image in <see cref="Labels"/>.</summary>
    public IReadOnlyList<int> Actual { get; }

    /// <summary>The rule that predicted the classes.</summary>
    public DecisionRule Decision { get; }

    /// <summary>The model's balanced rule; null where it is not known.</summary>
    internal DecisionRule? Balanced { get; }

    /// <summary>Measured images that the model, or its teacher, was trained with; null where the model does not know.</summary>
    internal int? SeenImages => _seen?.CountIn(Examples);

    /// <summary>All metrics.</summary>
    public ImageClassificationMetrics Metrics { get; }

    /// <summary>
    /// Coverage of the prediction sets, and errors among the answers; null without a policy. With another rule than the model's
    /// (<see cref="EvaluationOptions.Decision"/>) the policy promises nothing about the errors.
    /// </summary>
    public PolicyMetrics? Policy { get; }

    /// <summary>
    /// Mean share of the five most similar training images that have the class of the image; null for a model without a gallery
    /// (<see cref="ImageClassificationModel.HasGallery"/>).
    /// </summary>
    public double? NeighborAgreement { get; }

    /// <summary>Images that could not be read, with reasons.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>The dataset that was measured.</summary>
    internal ImageDataset Data { get; }

    /// <summary>Probabilities [K] of image <paramref name="example"/>, 0-based.</summary>
    public ReadOnlySpan<float> ScoresOf(int example) => _scores.AsSpan(example * Labels.Count, Labels.Count);

    /// <summary>Index of the class of image <paramref name="example"/> by <see cref="Decision"/>.</summary>
    public int PredictedIndex(int example) => Decision.Decide(ScoresOf(example));

    /// <summary>A metric of your own for the same images and scores; those of <see cref="MetricCatalog"/> are in <see cref="Metrics"/> already.</summary>
    /// <param name="metric">Gets the class names, the actual classes and the scores of all images, each with weight 1.</param>
    /// <returns>Its value; null where the metric is undefined for these images.</returns>
    public double? Compute(IMetric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return metric.Compute(new ScoredExamples(Labels, [.. Actual], _scores, Decision));
    }

    /// <summary>
    /// Measured images whose file content the model was trained with, or that stand in another set of the same dataset too.
    /// Null when nothing is known: a model without its list of seen images (made by an earlier version or imported), and a dataset without sets.
    /// </summary>
    /// <param name="whole">The dataset that the measured images are part of; null: only the model's own list is looked at.</param>
    public ContentLeaks? FindLeaks(ImageDataset? whole = null)
    {
        IReadOnlyList<ImageExample> all = whole?.Examples ?? Examples;
        return _seen is null && all.Select(e => e.Split).Distinct().Count() < 2 ? null : ContentLeaks.OfMeasured(all, Examples, _seen);
    }

    /// <summary>The metrics as a table.</summary>
    public override string ToString() => Metrics.ToString();

    /// <summary>Scores all images and measures.</summary>
    internal static ModelEvaluation Run(ImageClassificationModel model, ImageDataset data, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Of(model, data, options, [EvaluationPart.Score(model, data, options, 0, data.Examples.Count)]);
    }

    /// <summary>Measures what was scored before: all images of the dataset, in parts one after the other.</summary>
    /// <exception cref="ArgumentException">No image could be read, or the data have a label that the model does not know.</exception>
    internal static ModelEvaluation Of(ImageClassificationModel model, ImageDataset data, EvaluationOptions options, IReadOnlyList<EvaluationPart> parts)
    {
        if (options.Decision?.Classes is { } classes && classes != model.Labels.Count)
            throw new ArgumentException(
                $"Evaluate: Decision: expected a rule for the model's {model.Labels.Count} classes, received one for {classes}.", nameof(options));
        int[] labelOfData = MapLabels(model, data), positions = [.. parts.SelectMany(p => p.Positions)];
        if (positions.Length == 0)
            throw new ArgumentException(
                $"Evaluate: expected at least one readable image, received {data.Examples.Count} images of which none could be read.", nameof(data));
        return new ModelEvaluation(data, model.Labels, [.. positions.Select(p => data.Examples[p])],
            [.. positions.Select(p => labelOfData[data.Examples[p].LabelIndex])], parts.Count == 1 ? parts[0].Scores : [.. parts.SelectMany(p => p.Scores)],
            [.. data.Skipped, .. parts.SelectMany(p => p.Skipped)], options.Seed, model.Seen, options.Decision ?? model.Decision, model.BalancedDecision,
            options.UsePolicy ? model.Policy : null, parts[0].Findings is null ? null : [.. parts.SelectMany(p => p.Findings!)]);
    }

    /// <summary>The model's class of each class of a dataset; −1 for one without images that the model does not know.</summary>
    /// <exception cref="ArgumentException">Images have a label that the model does not know.</exception>
    internal static int[] MapLabels(ImageClassificationModel model, ImageDataset data)
    {
        Func<string, int?> known = ClassNames.Finder(model.Labels);
        string[] unknown = [.. data.Labels.Where((label, i) => known(label) is null && data.Examples.Any(e => e.LabelIndex == i))];
        if (unknown.Length > 0)
            throw new ArgumentException($"Evaluate: expected labels among {string.Join(", ", model.Labels)}, received also "
                + $"{string.Join(", ", unknown)}. Rename the folders or evaluate a model that was trained on these classes.", nameof(data));
        return [.. data.Labels.Select(label => known(label) ?? -1)];
    }
}
