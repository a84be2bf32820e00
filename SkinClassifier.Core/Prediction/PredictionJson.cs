using System.Text.Json;

namespace SkinClassifier.Prediction;

/// <summary>A prediction as JSON: the one form that the command line and the server give.</summary>
internal static class PredictionJson
{
    /// <summary>Writes an object for an image.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="path">Where the image came from; "" where it has no name.</param>
    /// <param name="prediction">The prediction; null where there is none.</param>
    /// <param name="error">Why there is none; null where there is one.</param>
    /// <param name="top">Most classes, most probable first.</param>
    public static void Write(Utf8JsonWriter json, string path, ImagePrediction? prediction, string? error, int top)
    {
        json.WriteStartObject();
        json.WriteString("path", path);
        json.WriteString("predicted", prediction?.PredictedLabel);
        json.WriteStartArray("scores");
        foreach (LabelScore score in prediction?.Scores.Take(top) ?? [])
        {
            json.WriteStartObject();
            json.WriteString("label", score.Label);
            json.WriteNumber("score", score.Score);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("error", error);
        json.WriteEndObject();
    }
}
