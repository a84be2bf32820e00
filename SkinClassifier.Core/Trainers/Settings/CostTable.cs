using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Metrics;

namespace SkinClassifier.Trainers.Settings;

/// <summary>
/// What each error costs. The file is JSON: <c>{ "labels": ["mel", "nv"], "costs": [[0, 10], [1, 0]] }</c>, with one row per actual class and one column per
/// predicted class.
/// </summary>
/// <param name="Labels">The classes.</param>
/// <param name="Costs">The table.</param>
internal sealed record CostTable(IReadOnlyList<string> Labels, IReadOnlyList<IReadOnlyList<double>> Costs)
{
    private const string Form = "an object like {\"labels\": [\"mel\", \"nv\"], \"costs\": [[0, 10], [1, 0]]}, rows actual and columns predicted class";

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidContentException">It is no such table.</exception>
    public static CostTable Read(string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            CostTable table = new(
                [.. json.RootElement.GetProperty("labels").EnumerateArray().Select(l => l.GetString() ?? "")],
                [.. json.RootElement.GetProperty("costs").EnumerateArray().Select(row => row.EnumerateArray().Select(c => c.GetDouble()).ToArray())]);
            return table.Problem() is { } problem ? throw new InvalidContentException($"{path}: {problem}. Correct the file.") : table;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidContentException($"{path}: expected {Form}, received something else ({error.Message.TrimEnd('.')}).", error);
        }
    }

    /// <summary>What is wrong with it, as part of a sentence; null: nothing.</summary>
    public string? Problem()
    {
        if (CostRule.Problem(Costs) is { } problem)
            return problem;
        if (Labels is null || Labels.Count != Costs.Count)
            return $"labels: expected one for each of the {Costs.Count} rows, received {Labels?.Count ?? 0}";
        return Labels.Any(string.IsNullOrEmpty) || Labels.Distinct(StringComparer.Ordinal).Count() != Labels.Count
            ? $"labels: expected distinct names, received {string.Join(", ", Labels)}" : null;
    }

    /// <summary>Why it does not fit these classes, as part of a sentence; null: it does.</summary>
    public string? Problem(IReadOnlyList<string> labels)
    {
        string[] unknown = [.. Labels.Except(labels)], missing = [.. labels.Except(Labels)];
        return unknown.Length + missing.Length == 0 ? null
            : $"expected costs for the classes {string.Join(", ", labels)}, received "
                + (unknown.Length > 0 ? $"also {string.Join(", ", unknown)}" : $"none for {string.Join(", ", missing)}");
    }

    /// <summary>The table in the order of these classes.</summary>
    public double[][] InOrder(IReadOnlyList<string> labels)
    {
        int[] place = [.. labels.Select(l => Labels.Index().First(known => known.Item == l).Index)];
        return [.. place.Select(row => place.Select(column => Costs[row][column]).ToArray())];
    }
}
