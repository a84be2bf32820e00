using SkinClassifier.Data;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Training.Settings;

/// <summary>
/// The options of one run as an object: what was given, and the defaults of the table for the rest. It does not change; <see cref="With"/> makes
/// another one.
/// </summary>
internal sealed class OptionValues
{
    private readonly Dictionary<string, Given> _given;

    /// <summary>Nothing is given.</summary>
    public OptionValues()
        : this([])
    {
    }

    private OptionValues(Dictionary<string, Given> given) => _given = given;

    /// <summary>Whether the command line or a file gives the option.</summary>
    public bool IsGiven(OptionLine line) => _given.ContainsKey(line.Name);

    /// <summary>The given value, or the default; null where there is none.</summary>
    public object? Of(OptionLine line) =>
        _given.TryGetValue(line.Name, out Given? given) ? given.Value : line == RunOptionTable.Test ? Get<int>(RunOptionTable.Folds) > 0 ? 0.0
            : DatasetSplits.UsualTest
        : line.Default;

    /// <summary><see cref="Of"/> with its type.</summary>
    public T Get<T>(OptionLine line) => (T)Of(line)!;

    /// <summary>The value as text, as it was given; null where there is none.</summary>
    public string? TextOf(OptionLine line) =>
        _given.TryGetValue(line.Name, out Given? given) ? given.Text : Of(line) is { } value ? line.Form.Write(value) : null;

    /// <summary>The same with one more option.</summary>
    /// <param name="line">The option.</param>
    /// <param name="value">A value of its form.</param>
    /// <param name="text">The value as text. Default: as the form writes it.</param>
    public OptionValues With(OptionLine line, object value, string? text = null) =>
        new(new Dictionary<string, Given>(_given) { [line.Name] = new(value, text ?? line.Form.Write(value)) });

    /// <summary>The same without an option.</summary>
    public OptionValues Without(OptionLine line)
    {
        Dictionary<string, Given> rest = new(_given);
        rest.Remove(line.Name);
        return new(rest);
    }

    /// <summary>The same, with the options of <paramref name="other"/> that are not given here.</summary>
    public OptionValues Over(OptionValues other)
    {
        Dictionary<string, Given> all = new(other._given);
        foreach ((string name, Given given) in _given)
            all[name] = given;
        return new(all);
    }

    private sealed record Given(object Value, string Text);
}
