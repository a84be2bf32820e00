using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
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
    /// <param name="data">The folder or CSV file of the run.</param>
    /// <param name="more">Other options, written before those of the table.</param>
    public static void Write(string path, IEnumerable<OptionLine> lines, OptionValues values, IReadOnlyDictionary<string, string> chosen,
        string data, IReadOnlyList<KeyValuePair<string, object?>>? more = null) =>
        Write(path, [.. more ?? [], .. lines.Where(l => l.InConfiguration).Select(l => KeyValuePair.Create(l.Key, Value(l, values)))], chosen, data,
            values.Get<string?>(RunOptionTable.Workspace));

    /// <summary>Writes the options of a command.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">All options of the verb.</param>
    /// <param name="parsed">Their values.</param>
    /// <param name="chosen">What the trainer chose, by name.</param>
    /// <param name="data">The folder or CSV file that was measured.</param>
    /// <param name="more">Other options, written after them.</param>
    /// <param name="model">The model.zip that was measured. Default: none.</param>
    public static void Write(string path, IReadOnlyList<Option> options, ParseResult parsed, IReadOnlyDictionary<string, string> chosen, string data,
        IReadOnlyList<KeyValuePair<string, object?>> more, string? model = null) =>
        Write(path, [.. options.Select(
            o => KeyValuePair.Create(OptionLine.KeyOf(o.Name.TrimStart('-')), parsed.GetResult(o) is { } result ? ValueOf(result) : null)), .. more],
                chosen, data, null, model);

    private static void Write(string path, IReadOnlyList<KeyValuePair<string, object?>> options, IReadOnlyDictionary<string, string> chosen, string data,
        string? workspace, string? model = null)
    {
        using MemoryStream buffer = new();
        using (
            Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("skinclassifier", typeof(RunConfiguration).Assembly.GetName().Version?.ToString(3));
            json.WriteString("dotnet", Environment.Version.ToString());
            json.WriteString("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
            json.WriteNumber("processors", Environment.ProcessorCount);
            json.WriteString("data", Path.GetFullPath(data));
            if (model is not null)
            {
                json.WriteString("model", Path.GetFullPath(model));
                json.WriteString("modelSha256", FileContent.Sha256(model));
            }
            if (workspace is not null)
                json.WriteString("workspace", Path.GetFullPath(workspace));
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

    /// <summary>What a run's config.json says of its data: full path of a folder or CSV file; null when it says nothing.</summary>
    public static string? DataOf(string path) => Text(path, "data");

    /// <summary>The folder for computed features that a run was given; null when it was given none.</summary>
    public static string? WorkspaceOf(string path) => Text(path, "workspace");

    /// <summary>
    /// Where the images are that a splits.csv or predictions.csv in a run's folder names; null for another file, or when the run does not say.
    /// </summary>
    public static string? ImageFolderOf(string csvFile)
    {
        string config = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(csvFile))!, "config.json");
        if (Path.GetFileName(csvFile) is not ("splits.csv" or "predictions.csv") || !File.Exists(config) || DataOf(config) is not { } data)
            return null;
        string? folder = Directory.Exists(data) ? data : Text(config, "imageFolder", inOptions: true) ?? Path.GetDirectoryName(data);
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>A text of config.json; null when the file, the key or the text is absent.</summary>
    private static string? Text(string path, string key, bool inOptions = false)
    {
        try
        {
            using JsonDocument json =
                JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = json.RootElement;
            if (inOptions && (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("options", out root)))
                return null;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty(key, out JsonElement value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            // Reading the options names the error.
            return null;
        }
    }

    /// <summary>The full path where a value names a file or folder, so that the run can be repeated from any folder; else the value.</summary>
    private static string Findable(OptionLine line, string value)
    {
        string form = line.Form.Placeholder;
        bool isPath = (form.Contains("FILE", StringComparison.OrdinalIgnoreCase) || form.Contains("FOLDER", StringComparison.OrdinalIgnoreCase)
            || form.Contains(".zip", StringComparison.OrdinalIgnoreCase)) && !form.Split('|').Contains(value)
            && (line != RunOptionTable.Backbone || value.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase));
        return isPath && (File.Exists(value) || Directory.Exists(value)) ? Path.GetFullPath(value) : value;
    }

    private static object? Value(OptionLine line, OptionValues values) => values.Of(line) switch
    {
        null => null,
        bool flag => flag,
        { } number when line.Form.TakesNumber && number is int or long or ulong or double => number,
        _ => values.TextOf(line) is { } text ? Findable(line, text) : null,
    };

    /// <summary>An option's value as config.json has it; "" when there is none.</summary>
    public static string TextOf(ParseResult parsed, Option option) =>
        Convert.ToString(parsed.GetResult(option) is { } result ? ValueOf(result) : null, CultureInfo.InvariantCulture) ?? "";

    private static object? ValueOf(OptionResult result) =>
        result.GetValueOrDefault<object?>() is { } value ? value is bool or int or long or ulong or double ? value : value.ToString() : null;
}
