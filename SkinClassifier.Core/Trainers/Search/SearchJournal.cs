using System.Text.Json;
using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Search;

/// <summary>The finished trials of a search in a file, so that a search that was stopped continues where it was.</summary>
/// <param name="Key">Says what was searched for: data and options. A journal with another key is another search's.</param>
/// <param name="Rows">Finished trials in their order.</param>
/// <param name="Final">The final training, once it is decided; null before.</param>
internal sealed record SearchJournal(string Key, IReadOnlyList<SearchResultRow> Rows, SearchTrial? Final)
{
    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write(string path)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("key", Key);
            json.WriteStartArray("trials");
            foreach (SearchResultRow row in Rows)
            {
                json.WriteStartObject();
                Write(json, row.Trial);
                json.WriteNumber("seconds", row.Seconds);
                WriteMetric(json, "macroAccuracy", row.Outcome.MacroAccuracy);
                WriteMetric(json, "macroAuc", row.Outcome.MacroAuc);
                WriteMetric(json, "logLoss", row.Outcome.LogLoss);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (Final is not null)
            {
                json.WriteStartObject("final");
                Write(json, Final);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        AtomicFile.WriteBytes(path, buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    /// <summary>Reads a journal; null when there is none.</summary>
    /// <exception cref="InvalidContentException">The file is damaged.</exception>
    public static SearchJournal? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            List<SearchResultRow> rows = [];
            foreach (JsonElement row in root.GetProperty("trials").EnumerateArray())
                rows.Add(new SearchResultRow(ReadTrial(row), new TrialOutcome(
                    ReadMetric(row, "macroAccuracy"), ReadMetric(row, "macroAuc"), ReadMetric(row, "logLoss")), row.GetProperty("seconds").GetDouble()));
            return new SearchJournal(
                root.GetProperty("key").GetString() ?? "", rows, root.TryGetProperty("final", out JsonElement final) ? ReadTrial(final) : null);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidContentException(
                $"{path}: expected the journal of a search, received something else ({error.Message}). Delete it; the search then restarts.", error);
        }
    }

    private static void Write(Utf8JsonWriter json, SearchTrial trial)
    {
        json.WriteNumber("rung", trial.Rung);
        json.WriteNumber("index", trial.Index);
        json.WriteString("backbone", trial.Candidate.Backbone);
        json.WriteString("mode", trial.Candidate.Mode.ToString());
        json.WriteNumber("imageSize", trial.Candidate.ImageSize);
        json.WriteNumber("learningRate", trial.Candidate.LearningRate);
        json.WriteString("augmentation", trial.Candidate.Augmentation);
        json.WriteString("balance", trial.Candidate.Balance.ToString());
        json.WriteNumber("images", trial.Images);
        json.WriteNumber("epochs", trial.Epochs);
        if (trial.Quick is not { } quick)
            return;
        json.WriteNumber("gradualFreezing", quick.GradualFreezing);
        if (quick.ProgressiveFrom is { } small)
            json.WriteNumber("progressiveFrom", small);
    }

    private static SearchTrial ReadTrial(JsonElement row) => new(row.GetProperty("rung").GetInt32(), row.GetProperty("index").GetInt32(),
        new SearchCandidate(row.GetProperty("backbone").GetString() ?? "", Enum.Parse<SearchMode>(row.GetProperty("mode").GetString() ?? ""),
            row.GetProperty("imageSize").GetInt32(),
            row.GetProperty("learningRate").GetDouble(), row.GetProperty("augmentation").GetString() ?? "",
            Enum.Parse<ClassBalance>(row.GetProperty("balance").GetString() ?? "")),
        row.GetProperty("images").GetInt32(), row.GetProperty("epochs").GetInt32(), !row.TryGetProperty("gradualFreezing", out JsonElement freezing) ? null
            : new QuickTraining(freezing.GetDouble(), row.TryGetProperty("progressiveFrom", out JsonElement small) ? small.GetInt32() : null));

    private static void WriteMetric(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static double ReadMetric(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.NaN;
}
