using System.Text.Json;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Sheets;

/// <summary>Reading JSON where every key may be absent, null or of another kind: then the answer is null, false or nothing.</summary>
internal static class JsonFigures
{
    /// <summary>The value of a key; null where it is absent or null.</summary>
    public static JsonElement? Child(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A number.</summary>
    public static double? Number(this JsonElement json, string name) =>
        json.Child(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    /// <summary>A whole number; 0 where there is none.</summary>
    public static long Whole(this JsonElement json, string name) =>
        json.Child(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long whole) ? whole : 0;

    /// <summary>A text.</summary>
    public static string? Words(this JsonElement json, string name) =>
        json.Child(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A text, a number or true as text; null for false and null.</summary>
    public static string? Value(this JsonElement json, string name) => json.Child(name) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True } value => value.GetRawText(),
        _ => null,
    };

    /// <summary>Whether a key is true.</summary>
    public static bool Flag(this JsonElement json, string name) => json.Child(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The elements of an array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) =>
        json.Child(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    /// <summary>An array of two numbers.</summary>
    public static ConfidenceInterval? Interval(this JsonElement json, string name) =>
        json.Child(name) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() == 2
            && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number) ? new(value[0].GetDouble(), value[1].GetDouble()) : null;

    /// <summary>"0.812 [0.790, 0.833]", or the number alone where there is no interval; – where there is no number.</summary>
    public static string Measured(this JsonElement json, string name, string? interval = null) => Measured(json.Number(name), json.Interval(interval
        ?? name + "Interval"));

    /// <inheritdoc cref="Measured(JsonElement, string, string?)"/>
    public static string Measured(double? value, ConfidenceInterval? interval) =>
        interval is { } i ? $"{Text.Metric(value)} [{Text.Metric(i.Low)}, {Text.Metric(i.High)}]" : Text.Metric(value);

    /// <summary>A metric of metrics.json with its 95 % interval.</summary>
    public static string MetricWithInterval(this JsonElement metrics, string name) =>
        Measured(metrics.Number(name), metrics.Child("confidenceIntervals")?.Interval(name));
}
