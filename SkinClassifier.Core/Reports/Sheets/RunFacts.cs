using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;

namespace SkinClassifier.Reports.Sheets;

/// <summary>
/// What the files of a run say. The sheets (model card, checklists) are written from it alone, so that each of their numbers stands in a file. What is absent
/// is null.
/// </summary>
internal sealed record RunFacts
{
    /// <summary>metrics.json.</summary>
    public required JsonElement Metrics { get; init; }

    /// <summary>config.json.</summary>
    public JsonElement? Configuration { get; init; }

    /// <summary>manifest.json of the model.</summary>
    public ModelManifest? Manifest { get; init; }

    /// <summary>SHA-256 of model.zip, lower-case hexadecimal.</summary>
    public string? ModelHash { get; init; }

    /// <summary>The sets of a training; null for an evaluation.</summary>
    public SetTable? Sets { get; init; }

    /// <summary>The phases of a training. Default: none.</summary>
    public IReadOnlyList<TrainingPhase> Phases { get; init; } = [];

    /// <summary>Files that were not used.</summary>
    public int Skipped { get; init; }

    /// <summary>Folds of a cross-validation; 0: none.</summary>
    public int Folds { get; init; }

    /// <summary>Whether the run only measured a finished model.</summary>
    public bool IsEvaluation { get; init; }

    /// <summary>Class names in the order of the scores.</summary>
    public IReadOnlyList<string> Labels => [.. Metrics.Items("labels").Where(l => l.ValueKind == JsonValueKind.String).Select(l => l.GetString()!)];

    /// <summary>Measured images.</summary>
    public long Count => Metrics.Whole("count");

    /// <summary>Which images were measured; null where an older version wrote metrics.json.</summary>
    public string? MeasuredOn => Metrics.Words("measuredOn");

    /// <summary>An option of the run as text; null where it was not given, is off, or the file is absent.</summary>
    public string? Option(string key) => Configuration?.Child("options")?.Value(key);

    /// <summary>What the training used, given or chosen; null where it is not known.</summary>
    public string? Used(string key) => Manifest?.Options.GetValueOrDefault(key) ?? (Configuration?.Child("chosen")?.Words(key));

    /// <summary>Name of the data's folder or file.</summary>
    public string? Data => Configuration?.Words("data") is { } path ? Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) : null;

    /// <summary>The facts of a run that is being written.</summary>
    /// <param name="report">The run.</param>
    /// <param name="figures">What is computed for it.</param>
    /// <param name="configuration">Its config.json. Default: absent, and with it everything that another machine would have otherwise, like seconds.</param>
    public static RunFacts Of(RunReport report, ReportFigures figures, string? configuration = null)
    {
        using MemoryStream metrics = new();
        report.WriteMetrics(metrics, figures);
        return new RunFacts
        {
            Metrics = JsonDocument.Parse(metrics.GetBuffer().AsMemory(0, (int)metrics.Length)).RootElement,
            Configuration = configuration is null || !File.Exists(configuration) ? null : Parse(configuration),
            Manifest = report.Manifest,
            Sets = report.Splits is null ? null : SetTable.Of(report.Splits),
            Phases = report.History is null ? [] : TrainingPhase.Of(report.History),
            Skipped = report.Skipped.Count,
            Folds = report.Folds.Count,
            IsEvaluation = report.Splits is null,
        };
    }

    /// <summary>Reads an output folder of `train` or `evaluate`. The model of an evaluation is read where it was, when it is still the same file.</summary>
    /// <param name="folder">The folder; it has a metrics.json.</param>
    /// <exception cref="InvalidContentException">A file of the folder is damaged.</exception>
    public static RunFacts Read(string folder)
    {
        string In(string name) => Path.Combine(folder, name);
        JsonElement metrics = Parse(In("metrics.json"));
        if (metrics.Child("labels") is not { ValueKind: JsonValueKind.Array } || metrics.Number("count") is null)
            throw new InvalidContentException($"{In("metrics.json")}: expected the metrics of a run with count and labels, received another JSON. "
                + "Name the folder that `train` or `evaluate` wrote.");
        JsonElement? configuration = File.Exists(In("config.json")) ? Parse(In("config.json")) : null;
        bool isEvaluation = !File.Exists(In("splits.csv"));
        string? stated = configuration?.Words("modelSha256"), model = File.Exists(In("model.zip")) ? In("model.zip") : configuration?.Words("model");
        string? found = model is not null && File.Exists(model) ? FileContent.Sha256(model) : null;
        bool isSame = found is not null && (stated is null || stated == found);
        return new RunFacts
        {
            Metrics = metrics,
            Configuration = configuration,
            Manifest = isSame ? ModelArchive.ReadManifest(model!) : null,
            ModelHash = stated ?? found,
            Sets = isEvaluation ? null : SetTable.Read(In("splits.csv")),
            Phases = File.Exists(In("history.csv")) ? TrainingPhase.Read(In("history.csv")) : [],
            Skipped = File.Exists(In("skipped.csv")) ? CsvTable.Read(In("skipped.csv")).Rows.Count : 0,
            Folds = File.Exists(In("folds.csv")) ? CsvTable.Read(In("folds.csv")).Rows.Count(r => int.TryParse(r[0], out _)) : 0,
            IsEvaluation = isEvaluation,
        };
    }

    private static JsonElement Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        }
        catch (JsonException error)
        {
            throw new InvalidContentException($"{path}: expected JSON, received something else in line {error.LineNumber + 1}. Write the file again: run "
                + "`train` or `evaluate`.", error);
        }
    }
}
