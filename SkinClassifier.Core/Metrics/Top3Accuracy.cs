namespace SkinClassifier.Metrics;

/// <summary>
/// Share of examples whose class is among the three highest scores (equal scores: the first classes). Undefined without examples, and with fewer than
/// three classes, where it could only be 1.
/// </summary>
internal sealed class Top3Accuracy : IMetric
{
    public string Name => "top3Accuracy";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples)
    {
        if (examples.Classes < 3)
            return null;
        long right = 0;
        for (int i = 0; i < examples.Count; i++)
        {
            ReadOnlySpan<float> scores = examples.Scores(i);
            int actual = examples.Actual[i], above = 0;
            for (int c = 0; c < scores.Length; c++)
                if (scores[c] > scores[actual] || (scores[c] == scores[actual] && c < actual))
                    above++;
            if (above < 3)
                right += examples.Weight(i);
        }
        return examples.TotalWeight == 0 ? null : (double)right / examples.TotalWeight;
    }
}
