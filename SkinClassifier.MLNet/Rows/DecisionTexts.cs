using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.MLNet.Rows;

/// <summary>
/// What a model's policy says of the scores of one image, as text; all empty where there are no scores. Whether the image is familiar and usable is not part of
/// it: a saved chain has no more than the scores.
/// </summary>
/// <param name="Decision">"answer" or "abstain".</param>
/// <param name="PredictionSet">The classes of the set with | between; empty without a policy.</param>
/// <param name="Reasons">The codes of the reasons with | between.</param>
internal readonly record struct DecisionTexts(string Decision, string PredictionSet, string Reasons)
{
    /// <summary>For no scores.</summary>
    public static DecisionTexts None => new("", "", "");

    /// <summary>For scores [K]; not-a-number where the image could not be read.</summary>
    public static DecisionTexts Of(ImageClassificationModel model, ReadOnlySpan<float> scores)
    {
        if (float.IsNaN(scores[0]))
            return None;
        ImagePrediction prediction = new(model, model.Policy, scores.ToArray(), null, null);
        return new(prediction.Decision == Calibration.PredictionDecision.Answer ? "answer" : "abstain", string.Join('|', prediction.PredictionSet ?? []),
            string.Join('|', prediction.Reasons.Select(r => r.Code)));
    }
}
