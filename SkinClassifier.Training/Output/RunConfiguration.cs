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
            json.WriteStartObject("options");
            foreach (Option option in options)
            {
                OptionResult? result = parsed.GetResult(option);
                switch (result?.GetValueOrDefault<object?>())
                {
                    case null: json.WriteNull(KeyOf(option)); break;
                    case bool flag: json.WriteBoolean(KeyOf(option), flag); break;
                    case int or ulong or double: json.WritePropertyName(KeyOf(option)); json.WriteRawValue(Convert.ToString(result.GetValueOrDefault<object?>(), CultureInfo.InvariantCulture)!); break;
                    case { } value: json.WriteString(KeyOf(option), value.ToString()); break;
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

    private static string KeyOf(Option option) => string.Concat(option.Name.TrimStart('-').Split('-').Select((split, i) => i == 0 ? split : char.ToUpperInvariant(split[0]) + split[1..]));
}
