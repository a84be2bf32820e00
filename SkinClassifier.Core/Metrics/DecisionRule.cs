namespace SkinClassifier.Metrics;

/// <summary>
/// How the probabilities of an image become one class. The probabilities themselves never change. Immutable and safe to share between threads.
/// Every rule is linear: the class j with the largest Σᵢ wⱼᵢ·pᵢ; of equal ones the first. It is computed in single precision.
/// </summary>
public abstract class DecisionRule
{
    private protected DecisionRule() { }

    /// <summary>
    /// The class with the highest probability: fewer errors than by any other rule where the images have the class shares of the training data.
    /// </summary>
    public static DecisionRule HighestScore { get; } = new HighestScoreRule();

    /// <summary>The word in manifest.json: "score", "balanced", "costs" or "thresholds".</summary>
    public abstract string Name { get; }

    /// <summary>Number of classes that the rule is made for; null: any.</summary>
    public abstract int? Classes { get; }

    /// <summary>
    /// The class with the largest p / prior^t, as if frequent classes were less frequent. t = 0 is the highest score; t = 1 treats all classes as equally
    /// frequent (Saerens, Latinne and Decaestecker 2002, for equal shares).
    /// </summary>
    /// <param name="prior">Share of each class, above 0.</param>
    /// <param name="exponent">t, 0 to 1.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public static DecisionRule PriorCorrected(IReadOnlyList<double> prior, double exponent) =>
        Checked(PriorCorrectedRule.Problem(prior, exponent), nameof(PriorCorrected)) ?? new PriorCorrectedRule(prior, exponent);

    /// <summary>The class j with the smallest expected cost Σᵢ pᵢ·costs[i][j] (Elkan 2001).</summary>
    /// <param name="costs">Costs [K][K], rows actual, columns predicted class; 0 or more. Usually 0 where both are the same.</param>
    /// <exception cref="ArgumentException">No square table, or a cost is negative or not finite.</exception>
    public static DecisionRule ExpectedCost(IReadOnlyList<IReadOnlyList<double>> costs) =>
        Checked(CostRule.Problem(costs), nameof(ExpectedCost)) ?? new CostRule(costs);

    /// <summary>
    /// The class with the largest p / threshold. With two classes and the thresholds 1 − s and s it is the second class where its probability is above s.
    /// </summary>
    /// <param name="thresholds">Threshold of each class, above 0 to 1.</param>
    /// <exception cref="ArgumentException">A threshold is out of range.</exception>
    public static DecisionRule Thresholds(IReadOnlyList<double> thresholds) =>
        Checked(ThresholdRule.Problem(thresholds), nameof(Thresholds)) ?? new ThresholdRule(thresholds);

    /// <summary>0-based class of an image.</summary>
    /// <param name="scores">Its probabilities [K].</param>
    /// <exception cref="ArgumentException">The rule is made for another number of classes.</exception>
    public int Decide(ReadOnlySpan<float> scores)
    {
        if (Classes is { } classes && classes != scores.Length)
            throw new ArgumentException($"DecisionRule: expected {classes} scores, received {scores.Length}.", nameof(scores));
        int best = 0;
        float largest = Value(0, scores);
        for (int c = 1; c < scores.Length; c++)
            if (Value(c, scores) is var value && value > largest)
                (best, largest) = (c, value);
        return best;
    }

    /// <summary>Weight wⱼᵢ of probability <paramref name="score"/> in the value of class <paramref name="label"/>.</summary>
    internal abstract float Weight(int label, int score);

    /// <summary>Value of a class; the largest decides.</summary>
    private protected abstract float Value(int label, ReadOnlySpan<float> scores);

    private static DecisionRule? Checked(string? problem, string name) =>
        problem is null ? null : throw new ArgumentException($"DecisionRule.{name}: {problem}.");
}
