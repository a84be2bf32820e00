using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Training.Settings;

/// <summary>Reads options from JSON: the config.json of a run, or an object of options.</summary>
internal static class ConfigurationFile
{
    /// <summary>What config.json has beside the options.</summary>
    private static readonly string[] Others = ["skinclassifier", "dotnet", "system", "processors", "data", "model", "modelSha256", "workspace", "chosen"];

    /// <summary>The options of a file. Null and false mean "not given".</summary>
    /// <param name="path">The file.</param>
    /// <param name="lines">The options that there are.</param>
    /// <exception cref="InputException">There is no such file, or it holds no JSON object.</exception>
    public static OptionReading Read(string path, IReadOnlyList<OptionLine> lines)
    {
        if (!File.Exists(path))
            throw new InputException($"--config {path}: expected a JSON file of options, found no such file.");
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new InputException($"{path}: expected a JSON object of options, received {Kind(root)}.");
            RequireOnce(path, root);
            OptionValues values = new();
            List<string> errors = [], warnings = [];
            if (root.TryGetProperty("options", out JsonElement inner) && inner.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty other in root.EnumerateObject().Where(p => p.Name != "options" && !Others.Contains(p.Name)))
                    errors.Add($"{path}: \"{other.Name}\": expected only \"options\", {string.Join(", ", Others.Select(o => $"\"{o}\""))} beside "
                        + $"each other. Options stand inside \"options\".");
                root = inner;
                RequireOnce(path, root);
            }
            foreach (JsonProperty property in root.EnumerateObject())
                Read(path, property, lines, ref values, errors, warnings);
            return new(values, errors, warnings);
        }
        catch (JsonException error)
        {
            string reason = error.Message.Split(". ")[0].TrimEnd('.');
            throw new InputException($"{path}: expected JSON, received something else in line {error.LineNumber + 1} ({reason}). Correct the line.");
        }
    }

    private static void RequireOnce(string path, JsonElement options)
    {
        if (options.EnumerateObject().CountBy(p => p.Name).Where(p => p.Value > 1).Select(p => p.Key).FirstOrDefault() is { } repeated)
            throw new InputException($"{path}: expected every key once, received \"{repeated}\" more than once. Remove all but one.");
    }

    private static void Read(
        string path, JsonProperty property, IReadOnlyList<OptionLine> lines, ref OptionValues values, List<string> errors, List<string> warnings)
    {
        OptionLine[] known = [.. lines.Where(l => l.InConfiguration)];
        string name = property.Name;
        if (known.FirstOrDefault(l => l.Key == name || l.OldNames.Any(o => OptionLine.KeyOf(o) == name)) is not { } line)
        {
            errors.Add($"{path}: \"{name}\": expected the key of an option.{NearestWord.Question(name, known.Select(l => l.Key))}");
            return;
        }
        if (line.Key != name)
            warnings.Add($"{path}: \"{name}\" has a new name: \"{line.Key}\". The old one is going to be removed.");
        JsonElement element = property.Value;
        if (element.ValueKind is JsonValueKind.Null || element.ValueKind is JsonValueKind.False && line.Form.IsFlag)
            return;
        bool fits = element.ValueKind switch
        {
            JsonValueKind.True => line.Form.IsFlag,
            JsonValueKind.Number => line.Form.TakesNumber,
            JsonValueKind.String => line.Form.TakesText,
            _ => false,
        };
        string text = element.ValueKind switch { JsonValueKind.String => element.GetString()!, JsonValueKind.True => "true", _ => element.GetRawText() };
        string problem = "";
        if (values.IsGiven(line))
            errors.Add($"{path}: \"{name}\": expected without \"{line.Key}\", which is its new name.");
        else if (fits && line.Form.TryRead(text, out object? value, out problem))
        {
            if (line.Form.OldWords.TryGetValue(text, out string? word))
                warnings.Add($"{path}: \"{name}\": \"{text}\" has a new name: \"{word}\". The old one is going to be removed.");
            values = values.With(line, value!, word ?? text);
        }
        else
            errors.Add(fits ? $"{path}: \"{name}\" ({line.Flag}): {problem}"
                : $"{path}: \"{name}\" ({line.Flag}): expected {Expected(line.Form)}, received {Kind(element)}.{Hint(line.Form, element)}");
    }

    private static string Hint(OptionForm form, JsonElement element) => element.ValueKind == JsonValueKind.String && form.TakesNumber
        ? !form.TryRead(element.GetString()!, out _, out string problem) && problem.Contains("decimal sign", StringComparison.Ordinal)
        ? problem[problem.IndexOf(" The decimal", StringComparison.Ordinal)..] + " A number stands without quotes." : " A number stands without quotes."
        : "";

    private static string Expected(OptionForm form) => Type(form) == form.Allowed ? form.Allowed : $"{Type(form)}, {form.Allowed}";

    private static string Type(OptionForm form) =>
        form.IsFlag ? "a switch" : form.TakesNumber && form.TakesText ? "a number or a text" : form.TakesNumber ? "a number" : "a text";

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => $"the text \"{element.GetString()}\"",
        JsonValueKind.Number => $"the number {element.GetRawText()}",
        JsonValueKind.True or JsonValueKind.False => element.ValueKind == JsonValueKind.True ? "true" : "false",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };
}
