using System.Globalization;
using System.Numerics;
using System.Text.Json;
using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Settings;

/// <summary>
/// What values an option takes: how a person writes them, which of them are allowed, and how they are written back. The same form reads the command line and
/// config.json and checks the library's options, so that a range stands in one place.
/// </summary>
internal sealed class OptionForm
{
    private readonly Func<string, Reading> _read;
    private readonly Func<object, bool> _accepts;
    private readonly Func<object, string> _write;

    private OptionForm(string placeholder, string allowed, Func<string, Reading> read, Func<object, bool> accepts, Func<object, string> write) =>
        (Placeholder, Allowed, _read, _accepts, _write) = (placeholder, allowed, read, accepts, write);

    /// <summary>What stands for a value in help texts, for example "N" or "crop|stretch|pad"; "" for a flag.</summary>
    public string Placeholder { get; }

    /// <summary>The allowed values as part of a sentence, for example "0 to below 1".</summary>
    public string Allowed { get; }

    /// <summary>Whether the option is on or off and takes no value.</summary>
    public bool IsFlag { get; private init; }

    /// <summary>Whether a value can be a number in JSON.</summary>
    public bool TakesNumber { get; private init; }

    /// <summary>Whether a value can be a text in JSON.</summary>
    public bool TakesText { get; private init; }

    /// <summary>What the file of that name holds, for example "a model.zip"; null: the value is no name of a file that must exist.</summary>
    public string? FileContent { get; private init; }

    /// <summary>The words that a value can be; empty where it is not chosen from a list.</summary>
    public IReadOnlyList<string> Words { get; private init; } = [];

    /// <summary>Old words by the new ones that took their place.</summary>
    public IReadOnlyDictionary<string, string> OldWords { get; private init; } = new Dictionary<string, string>();

    /// <summary>A number with fractions.</summary>
    /// <param name="min">The smallest, or null: no limit.</param>
    /// <param name="max">The largest, or null: no limit.</param>
    /// <param name="aboveMin">Whether <paramref name="min"/> itself is not allowed.</param>
    /// <param name="belowMax">Whether <paramref name="max"/> itself is not allowed.</param>
    /// <param name="placeholder">What stands for a value in help texts.</param>
    public static OptionForm Real(double? min, double? max, bool aboveMin = false, bool belowMax = false, string placeholder = "NUMBER") =>
        Number(new NumberRange<double>(min, max, aboveMin, belowMax), placeholder, "a number", "");

    /// <summary>A whole number (int).</summary>
    /// <param name="min">The smallest.</param>
    /// <param name="max">The largest, or null: no limit.</param>
    /// <param name="placeholder">What stands for a value in help texts.</param>
    /// <param name="unit">Unit behind the range, for example "pixels"; "" for none.</param>
    public static OptionForm Whole(int min, int? max = null, string placeholder = "N", string unit = "") =>
        Number(new NumberRange<int>(min, max), placeholder, "a whole number", unit);

    /// <summary>A whole number of 64 bits (long).</summary>
    /// <inheritdoc cref="Whole"/>
    public static OptionForm WholeLong(long min, long? max = null, string placeholder = "N", string unit = "") =>
        Number(new NumberRange<long>(min, max), placeholder, "a whole number", unit);

    /// <summary>A whole number of 64 bits without sign (ulong).</summary>
    public static OptionForm Unsigned(string placeholder = "N") => Number(new NumberRange<ulong>(0, null), placeholder, "a whole number", "");

    /// <summary>One of a few whole numbers (int).</summary>
    public static OptionForm OneOf(params int[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        string[] words = [.. numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))];
        string allowed = $"{string.Join(", ", words[..^1])} or {words[^1]}";
        return new OptionForm(string.Join('|', words), allowed,
            text => NumberText.TryRead(text, out int value, out string hint) && numbers.Contains(value) ? new(value) : Refused(allowed, text, hint),
            value => value is int number && numbers.Contains(number), value => Invariant(value))
        { TakesNumber = true, Words = words };
    }

    /// <summary>One word of a list.</summary>
    public static OptionForm Choice(params string[] words) => Choice(words, w => w, new Dictionary<string, string>());

    /// <summary>One word of a list that had other words before.</summary>
    internal static OptionForm Choice(IReadOnlyList<string> words, IReadOnlyDictionary<string, string> oldWords) => Choice(words, w => w, oldWords);

    /// <summary>One value of an enumeration, written in lower case with hyphens between words.</summary>
    /// <param name="nameOf">The word of a value. Default: its name in lower case with hyphens.</param>
    /// <param name="oldWords">Words that were used before, with the new ones.</param>
    public static OptionForm Choice<T>(Func<T, string>? nameOf = null, IReadOnlyDictionary<string, string>? oldWords = null) where T : struct, Enum =>
        Choice(Enum.GetValues<T>(), nameOf ?? (v => JsonNamingPolicy.KebabCaseLower.ConvertName(v.ToString())), oldWords ?? new Dictionary<string, string>());

    /// <summary>On or off (bool).</summary>
    public static OptionForm Flag() =>
        new("", "true or false", text => text is "true" or "false" ? new(text == "true") : Refused("true or false", text, ""), v => v is bool,
            v => v is true ? "true" : "false")
        { IsFlag = true };

    /// <summary>Any text.</summary>
    /// <param name="placeholder">What stands for a value in help texts.</param>
    public static OptionForm Text(string placeholder) =>
        new(placeholder, "a text", text => text.Length > 0 ? new(text) : Refused("a text", text, ""), v => v is string { Length: > 0 },
            v => (string)v)
        { TakesText = true };

    /// <summary>The name of a file that must exist when it is used.</summary>
    /// <param name="content">What the file holds, for example "a model.zip".</param>
    /// <param name="placeholder">What stands for a value in help texts.</param>
    public static OptionForm File(string content, string placeholder) =>
        new(placeholder, content, text => text.Length > 0 ? new(text) : Refused(content, text, ""), v => v is string { Length: > 0 },
            v => (string)v)
        { TakesText = true, FileContent = content };

    /// <summary>A form of its own.</summary>
    /// <param name="placeholder">What stands for a value in help texts.</param>
    /// <param name="allowed">The allowed values as part of a sentence.</param>
    /// <param name="read">The value of a text; null where the text is not allowed.</param>
    /// <param name="write">The text of a value.</param>
    /// <param name="takesNumber">Whether config.json may hold a number.</param>
    public static OptionForm Custom(string placeholder, string allowed, Func<string, object?> read, Func<object, string> write, bool takesNumber = false) =>
        new(placeholder, allowed, text => read(text) is { } value ? new(value) : Refused(allowed, text, ""), _ => true, write)
        {
            TakesText = true,
            TakesNumber = takesNumber
        };

    /// <summary>A time of hours, minutes and seconds, for example 30m or 1h30m (TimeSpan); above 0, at most 10,000 hours.</summary>
    public static OptionForm Duration() =>
        new("TIME", "a time like 30m, 90s, 2h or 1h30m", ReadDuration, value => value is TimeSpan time && time > TimeSpan.Zero,
            value => WriteDuration((TimeSpan)value))
        { TakesText = true };

    /// <summary>Whole numbers with commas between them (int[]).</summary>
    /// <param name="min">The smallest.</param>
    /// <param name="max">The largest.</param>
    /// <param name="placeholder">What stands for a value in help texts.</param>
    /// <param name="what">What the numbers are, for example "widths".</param>
    public static OptionForm Wholes(int min, int max, string placeholder, string what)
    {
        NumberRange<int> range = new(min, max);
        string allowed = $"{what} of {min} to {max}";
        return new OptionForm(placeholder, allowed, text =>
        {
            List<int> numbers = [];
            foreach (string split in text.Split(',', StringSplitOptions.TrimEntries))
                if (NumberText.TryRead(split, out int number, out _) && range.Contains(number))
                    numbers.Add(number);
            return numbers.Count == text.Split(',').Length ? new(numbers.ToArray()) : Refused($"{allowed} like {placeholder}", text, "");
        }, value => value is IReadOnlyList<int> list && list.All(range.Contains),
            value => string.Join(", ", (IReadOnlyList<int>)value))
        { TakesText = true, TakesNumber = true };
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="value">The value; null where there is none.</param>
    /// <param name="problem">Where the text is not allowed: "expected …, received …." and what to write instead.</param>
    public bool TryRead(string text, out object? value, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        Reading reading = _read(OldWords.GetValueOrDefault(text, text));
        (value, problem) = (reading.Value, reading.Problem ?? "");
        return reading.Problem is null;
    }

    /// <summary>Whether a value is allowed.</summary>
    public bool Accepts(object value) => _accepts(value);

    /// <summary>The text of a value, which <see cref="TryRead"/> reads again.</summary>
    public string Write(object value) => _write(value);

    private static Reading ReadDuration(string text)
    {
        const string units = "hms";
        const double mostSeconds = 36e6;
        const string allowed = "a time like 30m, 90s, 2h or 1h30m";
        double seconds = 0;
        int last = -1;
        for (int start = 0; start < text.Length;)
        {
            int end = text.AsSpan(start).IndexOfAny(units);
            string number = end < 0 ? text[start..] : text.Substring(start, end);
            if (!NumberText.TryRead(number, out double value, out string hint) || end < 0 || value < 0 || units.IndexOf(text[start + end]) <= last)
                return Refused(allowed, text, hint);
            last = units.IndexOf(text[start + end]);
            seconds += value * (last == 0 ? 3600 : last == 1 ? 60 : 1);
            start += end + 1;
        }
        return seconds > 0 && seconds <= mostSeconds ? new(TimeSpan.FromSeconds(seconds))
            : Refused(seconds > mostSeconds ? "at most 10000h" : allowed, text, "");
    }

    private static string WriteDuration(TimeSpan time) => string.Create(CultureInfo.InvariantCulture,
        $"{(time.TotalHours >= 1 ? $"{(int)time.TotalHours}h" : "")}{(time.Minutes > 0 ? $"{time.Minutes}m" : "")}"
            + $"{(time.TotalSeconds % 60 > 0 ? $"{(decimal)time.TotalSeconds % 60}s" : "")}");

    private static OptionForm Number<T>(NumberRange<T> range, string placeholder, string kind, string unit) where T : struct, INumber<T>
    {
        string allowed = unit.Length == 0 ? $"{range}" : $"{range} {unit}";
        return new OptionForm(placeholder, allowed,
            text =>
                !NumberText.TryRead(text, out T value, out string hint) ? Refused($"{kind}, {allowed}", text, hint) : range.Contains(value)
                ? new(value) : Refused(allowed, text, ""),
            value => value is T number && range.Contains(number), Invariant)
        { TakesNumber = true };
    }

    private static OptionForm Choice<T>(IReadOnlyList<T> values, Func<T, string> nameOf, IReadOnlyDictionary<string, string> oldWords) where T : notnull
    {
        Dictionary<string, T> byName = values.ToDictionary(nameOf);
        string[] words = [.. byName.Keys];
        string allowed = words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
        // Programs may write the words of a list in any case; people get the one spelling that the documents have.
        bool IsKnown(object value) =>
            value is string word ? words.Contains(word, StringComparer.OrdinalIgnoreCase) : value is T known && byName.ContainsValue(known);
        return new OptionForm(string.Join('|', words), allowed,
            text => byName.TryGetValue(text, out T? value) ? new(value) : Refused(allowed, text, NearestWord.Question(text, words)),
            IsKnown, value => value is T known && IsKnown(value) ? nameOf(known) : value.ToString()!)
        { TakesText = true, Words = words, OldWords = oldWords };
    }

    private static Reading Refused(string allowed, string text, string hint) =>
        new(null, $"expected {allowed}, received {(text.Length == 0 ? "nothing" : text)}.{hint}");

    private static string Invariant(object value) => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);

    private readonly record struct Reading(object? Value, string? Problem = null);
}
