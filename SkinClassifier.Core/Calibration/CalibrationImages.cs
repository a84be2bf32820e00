using SkinClassifier.Metrics;

namespace SkinClassifier.Calibration;

/// <summary>Images that a model was not trained on, with its probabilities: what a policy is fitted and measured on.</summary>
/// <param name="Labels">Class names, K of them.</param>
/// <param name="Scores">Probabilities [N,K], as the finished model gives them.</param>
/// <param name="Actual">Actual classes [N].</param>
/// <param name="Predicted">Classes by the model's decision rule [N].</param>
/// <param name="Groups">Group of each image (one lesion, one patient), null: one of its own; null altogether: there are no groups.</param>
internal sealed record CalibrationImages(IReadOnlyList<string> Labels, float[] Scores, int[] Actual, int[] Predicted, IReadOnlyList<string?>? Groups = null)
{
    /// <summary>N.</summary>
    public int Count => Actual.Length;

    /// <summary>Images whose classes a rule predicts.</summary>
    public static CalibrationImages Of(
        IReadOnlyList<string> labels, float[] scores, int[] actual, DecisionRule decision, IReadOnlyList<string?>? groups = null) =>
        new(labels, scores, actual,
            [.. Enumerable.Range(0, actual.Length).Select(i => decision.Decide(scores.AsSpan(i * labels.Count, labels.Count)))], groups);

    /// <summary>Probabilities [K] of an image.</summary>
    public ReadOnlySpan<float> ScoresOf(int image) => Scores.AsSpan(image * Labels.Count, Labels.Count);

    /// <summary>Probability of the predicted class of an image.</summary>
    public float Confidence(int image) => Scores[image * Labels.Count + Predicted[image]];

    /// <summary>Risk and coverage of some of the images.</summary>
    public RiskCoverage Curve(IEnumerable<int> images)
    {
        int[] chosen = [.. images];
        return new RiskCoverage([.. chosen.Select(i => (double)Confidence(i))], [.. chosen.Select(i => Predicted[i] != Actual[i])]);
    }
}
