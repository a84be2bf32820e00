namespace SkinClassifier.Metrics;

/// <summary>
/// Examples with their actual class and a score for every class: what metrics are computed from. Every example has a whole weight (1; in a
/// bootstrap resample: how often it was drawn). The predicted class is that of a decision rule: the one with the highest score where none is given.
/// </summary>
public sealed class ScoredExamples
{
    private readonly int[] _actual, _predicted, _top;
    private readonly float[] _scores;
    private readonly int[]? _weights;
    private readonly Lazy<RankedScores[]> _ranked;

    /// <summary>Takes a copy of the examples.</summary>
    /// <param name="labels">Class names, K of them.</param>
    /// <param name="actual">Actual class of each example, 0 to K − 1, N of them; N may be 0.</param>
    /// <param name="scores">Scores [N,K], probabilities.</param>
    /// <exception cref="ArgumentException">No labels, lengths that do not fit, a class out of range, or a score that is not finite.</exception>
    public ScoredExamples(IReadOnlyList<string> labels, ReadOnlySpan<int> actual, ReadOnlySpan<float> scores)
        : this(labels, actual, scores, DecisionRule.HighestScore) { }

    /// <summary>Takes a copy of the examples.</summary>
    /// <param name="labels">Class names, K of them.</param>
    /// <param name="actual">Actual class of each example, 0 to K − 1, N of them; N may be 0.</param>
    /// <param name="scores">Scores [N,K], probabilities.</param>
    /// <param name="decision">Predicts the class of each example.</param>
    /// <exception cref="ArgumentException">No labels, lengths that do not fit, a class out of range, or a score that is not finite.</exception>
    public ScoredExamples(IReadOnlyList<string> labels, ReadOnlySpan<int> actual, ReadOnlySpan<float> scores, DecisionRule decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(labels);
        int classes = labels.Count;
        if (classes == 0)
            throw new ArgumentException("ScoredExamples: expected at least one label.", nameof(labels));
        if (scores.Length != (long)actual.Length * classes)
            throw new ArgumentException(
                $"ScoredExamples: expected {actual.Length} × {classes} scores for {actual.Length} examples, received {scores.Length}.", nameof(scores));
        for (int i = 0; i < actual.Length; i++)
            if ((uint)actual[i] >= (uint)classes)
                throw new ArgumentException($"ScoredExamples: expected classes 0 to {classes - 1}, example {i} has {actual[i]}.", nameof(actual));
        for (int i = 0; i < scores.Length; i++)
            if (!float.IsFinite(scores[i]))
                throw new ArgumentException($"ScoredExamples: the score of example {i / classes} for class '{labels[i % classes]}' is {scores[i]}, "
                    + $"not a finite number. The network's weights have probably diverged; lower the learning rate.", nameof(scores));
        Labels = [.. labels];
        _actual = actual.ToArray();
        _scores = scores.ToArray();
        _top = Decide(DecisionRule.HighestScore);
        _predicted = decision is HighestScoreRule ? _top : Decide(decision);
        TotalWeight = actual.Length;
        _ranked = new Lazy<RankedScores[]>(() => [.. Enumerable.Range(0, classes).Select(c => new RankedScores(_scores, classes, c))]);
        Confusion = BuildConfusion();
    }

    private ScoredExamples(ScoredExamples whole, int[] predicted, int[]? weights)
    {
        Labels = whole.Labels;
        _actual = whole._actual;
        _predicted = predicted;
        _top = whole._top;
        _scores = whole._scores;
        _ranked = whole._ranked;
        _weights = weights;
        TotalWeight = weights?.Sum(w => (long)w) ?? whole.TotalWeight;
        Confusion = BuildConfusion();
    }

    /// <summary>Class names.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>K.</summary>
    public int Classes => Labels.Count;

    /// <summary>N, each example once.</summary>
    public int Count => _actual.Length;

    /// <summary>Sum of the weights.</summary>
    public long TotalWeight { get; }

    /// <summary>Actual class of each example.</summary>
    public ReadOnlySpan<int> Actual => _actual;

    /// <summary>Class of each example by the decision rule.</summary>
    public ReadOnlySpan<int> Predicted => _predicted;

    /// <summary>Class with the highest score of each example; of equal scores the first.</summary>
    public ReadOnlySpan<int> Top => _top;

    /// <summary>Weighted counts, rows actual, columns predicted.</summary>
    public ClassConfusionMatrix Confusion { get; }

    /// <summary>The K scores of example <paramref name="example"/>.</summary>
    public ReadOnlySpan<float> Scores(int example) => _scores.AsSpan(example * Classes, Classes);

    /// <summary>How often example <paramref name="example"/> counts.</summary>
    public int Weight(int example) => _weights is null ? 1 : _weights[example];

    /// <summary>The examples sorted by their score for a class.</summary>
    internal RankedScores Ranked(int label) => _ranked.Value[label];

    /// <summary>The same examples with other weights; everything else is shared.</summary>
    internal ScoredExamples Reweighted(int[] weights) => new(this, _predicted, weights);

    /// <summary>The same examples with other predicted classes, one per example.</summary>
    internal ScoredExamples WithPredicted(int[] predicted) => new(this, predicted, _weights);

    /// <summary>Some of the examples, each with weight 1.</summary>
    internal ScoredExamples Subset(int[] examples)
    {
        float[] scores = new float[examples.Length * Classes];
        for (int i = 0; i < examples.Length; i++)
            Scores(examples[i]).CopyTo(scores.AsSpan(i * Classes));
        return new ScoredExamples(Labels, [.. examples.Select(e => _actual[e])], scores).WithPredicted([.. examples.Select(e => _predicted[e])]);
    }

    /// <summary>Class of each example by a rule.</summary>
    internal int[] Decide(DecisionRule rule)
    {
        int[] predicted = new int[Count];
        for (int i = 0; i < predicted.Length; i++)
            predicted[i] = rule.Decide(Scores(i));
        return predicted;
    }

    private ClassConfusionMatrix BuildConfusion()
    {
        long[] counts = new long[Classes * Classes];
        for (int i = 0; i < _actual.Length; i++)
            counts[_actual[i] * Classes + _predicted[i]] += Weight(i);
        return new ClassConfusionMatrix(Labels, counts);
    }
}
