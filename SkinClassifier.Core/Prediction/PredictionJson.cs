using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SkinClassifier.Calibration;

namespace SkinClassifier.Prediction;

/// <summary>A prediction as JSON: the one form that the command line and the server give.</summary>
internal static class PredictionJson
{
    private static readonly JsonWriterOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object of an image as UTF-8, in one line or over several.</summary>
    /// <inheritdoc cref="Write"/>
    public static ReadOnlyMemory<byte> ToUtf8(string path, ImagePrediction? prediction, string? error, int top, bool indented = false)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, Line with { Indented = indented }))
            Write(json, path, prediction, error, top);
        return text.WrittenMemory;
    }

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
        json.WriteString("decision", Word(prediction));
        WriteSet(json, prediction?.PredictionSet);
        WriteReasons(json, "reasons", prediction?.Reasons ?? []);
        if (prediction?.Familiarity is { } familiarity)
            json.WriteNumber("familiarity", familiarity);
        else
            json.WriteNull("familiarity");
        if (prediction?.QualityWarnings is { Count: > 0 } warnings)
            WriteReasons(json, "qualityWarnings", warnings);
        if (prediction?.Similar is { Count: > 0 } similar)
            WriteSimilar(json, similar);
        json.WriteEndObject();
    }

    /// <summary>"answer" or "abstain"; null without a policy.</summary>
    public static string? Word(ImagePrediction? prediction) =>
        prediction?.Decision is { } decision ? JsonNamingPolicy.KebabCaseLower.ConvertName(decision.ToString()) : null;

    private static void WriteReasons(Utf8JsonWriter json, string name, IReadOnlyList<PredictionReason> reasons)
    {
        json.WriteStartArray(name);
        foreach (PredictionReason reason in reasons)
        {
            json.WriteStartObject();
            json.WriteString("code", reason.Code);
            json.WriteString("sentence", reason.Sentence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteSimilar(Utf8JsonWriter json, IReadOnlyList<SimilarImage> similar)
    {
        json.WriteStartArray("similar");
        foreach (SimilarImage image in similar)
        {
            json.WriteStartObject();
            json.WriteString("id", image.Id);
            json.WriteString("label", image.Label);
            json.WriteNumber("distance", image.Distance);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteSet(Utf8JsonWriter json, IReadOnlyList<string>? set)
    {
        if (set is null)
        {
            json.WriteNull("predictionSet");
            return;
        }
        json.WriteStartArray("predictionSet");
        foreach (string label in set)
            json.WriteStringValue(label);
        json.WriteEndArray();
    }
}
