using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SkinClassifier.Common;

namespace SkinClassifier.Training.Output;

/// <summary>config.json: the options of a run. Written after a run with all final values; read with --config, where the command line wins.</summary>
internal static class RunConfiguration
{
    /// <summary>Arguments for all options of the file that the command line does not give itself.</summary>
    /// <exception cref="InputException">Not JSON, or options that are not known; all at once.</exception>
    public static string[] ReadAsArguments(string path, IReadOnlyList<Option> options, ParseResult parsed)
    {
        List<string> arguments = [], errors = [];
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("options", out JsonElement inner))
                root = inner;
            if (root.ValueKind != JsonValueKind.Object)
                throw new InputException($"{path}: expected a JSON object of options, received {root.ValueKind}.");
            foreach (JsonProperty property in root.EnumerateObject())
            {
                Option? option = options.FirstOrDefault(o => KeyOf(o) == property.Name);
                if (option is null)
                    errors.Add($"unknown option \"{property.Name}\"");
                else if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                    errors.Add($"\"{property.Name}\": expected a text or number, received {property.Value.ValueKind}");
                else if (property.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && parsed.GetResult(option) is null or { Implicit: true })
                    arguments.AddRange(property.Value.ValueKind == JsonValueKind.True ? [option.Name] : [option.Name, property.Value.ToString()]);
            }
        }
        catch (JsonException error)
        {
            throw new InputException($"{path}: expected JSON, received something else ({error.Message}).");
        }
        if (errors.Count > 0)
            throw new InputException($"{path}: {string.Join("; ", errors)}. Known options: {string.Join(", ", options.Select(KeyOf))}.");
        return [.. arguments];
    }

    /// <summary>Writes config.json.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">All options of the verb.</param>
    /// <param name="parsed">Their values.</param>
    /// <param name="chosen">What the trainer chose, by name.</param>
    public static void Write(string path, IReadOnlyList<Option> options, ParseResult parsed, IReadOnlyDictionary<string, string> chosen)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("skinclassifier", typeof(RunConfiguration).Assembly.GetName().Version?.ToString(3));
            json.WriteString("dotnet", Environment.Version.ToString());
            if (ArgumentOf(parsed, "data") is { Length: > 0 } data)
                json.WriteString("data", Path.GetFullPath(data));
            if (ArgumentOf(parsed, "--workspace") is { Length: > 0 } workspace)
                json.WriteString("workspace", Path.GetFullPath(workspace));
            json.WriteStartObject("options");
            foreach (Option option in options)
            {
                OptionResult? result = parsed.GetResult(option);
                switch (result?.GetValueOrDefault<object?>())
                {
                    case null: json.WriteNull(KeyOf(option)); break;
                    case bool flag: json.WriteBoolean(KeyOf(option), flag); break;
                    case int or ulong or double: json.WritePropertyName(KeyOf(option)); json.WriteRawValue(Convert.ToString(result.GetValueOrDefault<object?>(), CultureInfo.InvariantCulture)!); break;
                    case { } value: json.WriteString(KeyOf(option), Findable(option, value.ToString()!)); break;
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

    /// <summary>Where the images are that a splits.csv or predictions.csv in a run's folder names; null for another file, or when the run does not say.</summary>
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
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = json.RootElement;
            if (inOptions && (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("options", out root)))
                return null;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            // Reading the options names the error.
            return null;
        }
    }

    private static string? ArgumentOf(ParseResult parsed, string name) =>
        parsed.CommandResult.Command.Arguments.FirstOrDefault(a => a.Name == name) is { } argument ? parsed.GetResult(argument)?.GetValueOrDefault<object?>() as string
        : parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Name == name) is { } option ? parsed.GetResult(option)?.GetValueOrDefault<object?>() as string : null;

    /// <summary>The full path where a value names a file or folder, so that the run can be repeated from any folder; else the value.</summary>
    private static string Findable(Option option, string value)
    {
        string form = option.HelpName ?? "";
        bool isPath = (form.Contains("file", StringComparison.Ordinal) || form.Contains("folder", StringComparison.Ordinal) || form.Contains(".zip", StringComparison.Ordinal)) && !form.Split('|').Contains(value)
            && (option.Name != "--backbone" || value.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase));
        return isPath && (File.Exists(value) || Directory.Exists(value)) ? Path.GetFullPath(value) : value;
    }

    private static string KeyOf(Option option) => string.Concat(option.Name.TrimStart('-').Split('-').Select((split, i) => i == 0 ? split : char.ToUpperInvariant(split[0]) + split[1..]));
}
