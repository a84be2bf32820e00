using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.MLNet.Rows;

/// <summary>What a model's policy says of one image, as text; all empty where there are no scores.</summary>
/// <param name="Decision">"answer" or "abstain".</param>
/// <param name="PredictionSet">The classes of the set with | between; empty without a policy.</param>
/// <param name="Reasons">The codes of the reasons with | between.</param>
internal readonly record struct DecisionTexts(string Decision, string PredictionSet, string Reasons)
{
    /// <summary>For no scores.</summary>
    public static DecisionTexts None => new("", "", "");

    /// <summary>For scores [K], not-a-number where the image could not be read, and what was found of the image.</summary>
    public static DecisionTexts Of(ImageClassificationModel model, ReadOnlySpan<float> scores, CheckedImage image)
    {
        if (float.IsNaN(scores[0]))
            return None;
        ImagePrediction prediction = new(model, model.Policy, scores.ToArray(), null, null);
        string reasons = string.Join('|', [.. image.Codes, .. prediction.Reasons.Select(r => r.Code)]);
        return new(reasons.Length == 0 ? "answer" : "abstain", string.Join('|', prediction.PredictionSet ?? []), reasons);
    }
}
