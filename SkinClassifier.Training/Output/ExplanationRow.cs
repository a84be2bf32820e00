using SkinClassifier.Explanations;

namespace SkinClassifier.Training.Output;

/// <summary>What `explain` says of one image.</summary>
/// <param name="Path">The image as it was named.</param>
/// <param name="Predicted">The predicted class; null when there is an error.</param>
/// <param name="Label">The explained class; null when there is an error.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Layer">The feature map that was read; null where the method reads none.</param>
/// <param name="IsEmpty">Whether no place speaks for the class.</param>
/// <param name="Overlay">Name of the drawn file in the output folder.</param>
/// <param name="Map">Name of the file with the numbers; null when none was asked for.</param>
/// <param name="Error">Why there is no map; null when there is one.</param>
internal sealed record ExplanationRow(
    string Path, string? Predicted, string? Label, float? Score, string? Layer, bool? IsEmpty, string? Overlay, string? Map, string? Error)
{
    /// <summary>A row for an explained image.</summary>
    public static ExplanationRow Of(string path, ImageExplanation explanation, string overlay, string? map) =>
        new(path, explanation.Prediction.PredictedLabel, explanation.Label, explanation.ScoreOf(), explanation.Layer, explanation.IsEmpty(), overlay, map,
            null);

    /// <summary>A row for something that could not be used.</summary>
    public static ExplanationRow OfError(string path, string error) => new(path, null, null, null, null, null, null, null, error);
}
