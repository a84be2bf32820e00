using SkinClassifier.Calibration;
using SkinClassifier.Prediction;

namespace SkinClassifier.Server.Api;

/// <summary>The object that <see cref="PredictionJson"/> writes for an image, for the OpenAPI document; a test compares the two.</summary>
/// <param name="Path">Name of the image in the request; "" for a body without one.</param>
/// <param name="Predicted">The class by the model's decision rule; null where the image cannot be used.</param>
/// <param name="Scores">Classes with their probabilities, most probable first.</param>
/// <param name="Error">Why there is no prediction; null where there is one.</param>
/// <param name="Decision">"answer" or "abstain"; null where there is no prediction.</param>
/// <param name="PredictionSet">The classes that the image may have; null where the model has no policy.</param>
/// <param name="Reasons">Why the model abstains.</param>
/// <param name="Familiarity">Share of the validation images that look as unfamiliar as this one, or more so; null where the model does not know.</param>
internal sealed record PredictionAnswer(string Path, string? Predicted, IReadOnlyList<LabelScore> Scores, string? Error, string? Decision,
    IReadOnlyList<string>? PredictionSet, IReadOnlyList<PredictionReason> Reasons, double? Familiarity)
{
    /// <summary>What the image's quality is near to, although it can be used; absent where there is nothing.</summary>
    public IReadOnlyList<PredictionReason>? QualityWarnings { get; init; }

    /// <summary>Training images that look most like this one; absent where none were asked for.</summary>
    public IReadOnlyList<SimilarImage>? Similar { get; init; }
}

/// <summary>The object that /v1/explain answers with.</summary>
/// <param name="Prediction">The prediction of the whole image.</param>
/// <param name="HeatMap">The heat map.</param>
internal sealed record ExplanationAnswer(PredictionAnswer Prediction, HeatMapAnswer HeatMap);
