using System.Globalization;
using System.Text.Json;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// The values of one entry of an augmentation list. Reads what an augmentation asks for and notes every error instead of stopping at the first.
/// </summary>
internal sealed class AugmentationParameters
{
    private readonly JsonElement _entry;
    private readonly string _where;
    private readonly List<string> _errors;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal) { "type" };

    /// <summary>Wraps a JSON object; errors are added to <paramref name="errors"/> and start with <paramref name="where"/>.</summary>
    public AugmentationParameters(JsonElement entry, string where, double defaultProbability, List<string> errors)
    {
        (_entry, _where, _errors) = (entry, where, errors);
        Probability = Number("probability", defaultProbability, 0, 1);
    }

    /// <summary>How often the augmentation runs, 0 to 1.</summary>
    public double Probability { get; }

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public double Number(string name, double defaultValue, double min, double max)
    {
        if (!Find(name, out JsonElement value))
            return defaultValue;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= min && number <= max)
            return number;
        return Error(name, $"a number from {Text(min)} to {Text(max)}", value, defaultValue);
    }

    /// <summary>A range [low, high] within <paramref name="min"/> to <paramref name="max"/>; a single number stands for a range of that one value.</summary>
    public (double Low, double High) Range(string name, double defaultLow, double defaultHigh, double min, double max)
    {
        if (!Find(name, out JsonElement value))
            return (defaultLow, defaultHigh);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double one) && one >= min && one <= max)
            return (one, one);
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2
            && value[0].ValueKind == JsonValueKind.Number && value[1].ValueKind == JsonValueKind.Number
            && value[0].TryGetDouble(out double low) && value[1].TryGetDouble(out double high) && low >= min && high <= max && low <= high)
            return (low, high);
        return Error(name, $"a number or [low, high] from {Text(min)} to {Text(max)} with low ≤ high", value, (defaultLow, defaultHigh));
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int Integer(string name, int defaultValue, int min, int max)
    {
        if (!Find(name, out JsonElement value))
            return defaultValue;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= min && number <= max)
            return number;
        return Error(name, $"a whole number from {min} to {max}", value, defaultValue);
    }

    /// <summary>One of the values of an enumeration, written in lower case.</summary>
    public T Choice<T>(string name, T defaultValue) where T : struct, Enum
    {
        if (!Find(name, out JsonElement value))
            return defaultValue;
        foreach (T candidate in Enum.GetValues<T>())
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(candidate.ToString().ToLowerInvariant()))
                return candidate;
        return Error(name, "one of " + string.Join(", ", Enum.GetNames<T>().Select(choice => choice.ToLowerInvariant())), value, defaultValue);
    }

    /// <summary>Notes every value that was not read; called after the augmentation has read its own.</summary>
    public void ReportUnknown()
    {
        foreach (JsonProperty property in _entry.EnumerateObject())
            if (!_known.Contains(property.Name))
                _errors.Add(
                    $"{_where}: expected one of the parameters {string.Join(", ", _known.Order(StringComparer.Ordinal))}, received \"{property.Name}\".");
    }

    private bool Find(string name, out JsonElement value)
    {
        _known.Add(name);
        return _entry.TryGetProperty(name, out value);
    }

    private T Error<T>(string name, string expected, JsonElement value, T fallback)
    {
        _errors.Add($"{_where}.{name}: expected {expected}, received {value.GetRawText()}.");
        return fallback;
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
