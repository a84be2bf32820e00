using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Output;

/// <summary>config.json: the options of a run with all final values, and what was chosen. <see cref="ConfigurationFile"/> reads it.</summary>
internal static class RunConfiguration
{
    /// <summary>Writes the options of a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lines">The options.</param>
    /// <param name="values">Their values.</param>
    /// <param name="chosen">What the trainer chose, by name.</param>
    /// <param name="more">Other options, written before those of the table.</param>
    public static void Write(string path, IEnumerable<OptionLine> lines, OptionValues values, IReadOnlyDictionary<string, string> chosen,
        IReadOnlyList<KeyValuePair<string, object?>>? more = null) =>
        Write(path, [.. more ?? [], .. lines.Where(l => l.InConfiguration).Select(l => KeyValuePair.Create(l.Key, Value(l, values)))], chosen);

    /// <summary>Writes the options of a command.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">All options of the verb.</param>
    /// <param name="parsed">Their values.</param>
    /// <param name="chosen">What the trainer chose, by name.</param>
    public static void Write(string path, IReadOnlyList<Option> options, ParseResult parsed, IReadOnlyDictionary<string, string> chosen) =>
        Write(path, [.. options.Select(
            o => KeyValuePair.Create(OptionLine.KeyOf(o.Name.TrimStart('-')), parsed.GetResult(o) is { } result ? ValueOf(result) : null))], chosen);

    private static void Write(string path, IReadOnlyList<KeyValuePair<string, object?>> options, IReadOnlyDictionary<string, string> chosen)
    {
        using MemoryStream buffer = new();
        using (
            Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("skinclassifier", typeof(RunConfiguration).Assembly.GetName().Version?.ToString(3));
            json.WriteString("dotnet", Environment.Version.ToString());
            json.WriteStartObject("options");
            foreach ((string key, object? value) in options)
            {
                json.WritePropertyName(key);
                switch (value)
                {
                    case null: json.WriteNullValue(); break;
                    case bool flag: json.WriteBooleanValue(flag); break;
                    case int or long or ulong or double: json.WriteRawValue(Convert.ToString(value, CultureInfo.InvariantCulture)!); break;
                    default: json.WriteStringValue(value.ToString()); break;
                }
            }
            json.WriteEndObject();
            json.WriteStartObject("chosen");
            foreach ((string name, string value) in chosen.OrderBy(c => c.Key, StringComparer.Ordinal))
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        AtomicFile.Write(path, stream => stream.Write(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static object? Value(OptionLine line, OptionValues values) => values.Of(line) switch
    {
        null => null,
        bool flag => flag,
        { } number when line.Form.TakesNumber && number is int or long or ulong or double => number,
        _ => values.TextOf(line),
    };

    private static object? ValueOf(OptionResult result) =>
        result.GetValueOrDefault<object?>() is { } value ? value is bool or int or long or ulong or double ? value : value.ToString() : null;
}
