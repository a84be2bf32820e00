using System.Globalization;
using System.Text.Json;

namespace SkinClassifier.Reports.Sheets;

/// <summary>Sentences and tables about how a model was trained; null where the files do not tell.</summary>
internal static class TrainingFacts
{
    private static readonly string[] Columns = ["epochs", "optimizer", "learningRate", "schedule", "batchSize", "weightDecay", "dropout"];

    private static readonly (string Key, string Words)[] Recipe =
        [("loss", "loss"), ("labelSmoothing", "label smoothing"), ("augment", "augmentation"), ("mixup", "mixup"), ("cutmix", "cutmix"),
            ("balance", "class balance"), ("ema", "weight average (EMA)"), ("swa", "SWA"), ("gradualFreezing", "gradual freezing"),
            ("layerDecay", "layer decay"), ("clipGradNorm", "maximum gradient norm"), ("batchNormalization", "batch normalization")];

    /// <summary>The settings of each phase.</summary>
    public static string? Phases(RunFacts f)
    {
        string[] names = [.. Options(f).Where(o => o.Key.EndsWith(".epochs", StringComparison.Ordinal)).Select(o => o.Key[..^7])];
        return names.Length == 0 ? null
            : Markdown.Table(["phase", "epochs at most", "optimizer", "learning rate", "schedule", "batch", "weight decay", "dropout"],
            names.Select(n => (string[])[n, .. Columns.Select(c => Markdown.Cell(f.Used($"{n}.{c}") ?? "–"))]));
    }

    /// <summary>The settings that all phases share.</summary>
    public static string? Shared(RunFacts f)
    {
        string[] known = [.. Recipe.Where(r => f.Used(r.Key) is { Length: > 0 }).Select(r => $"{r.Words} {Markdown.Plain(f.Used(r.Key)!)}")];
        return known.Length == 0 ? null : $"All phases: {string.Join(", ", known)}.";
    }

    /// <summary>What was chosen from the data, and why.</summary>
    public static string? Reasons(RunFacts f) => f.Configuration?.Child("chosen") is not { ValueKind: JsonValueKind.Object } chosen ? null
        : Markdown.List(chosen.EnumerateObject().Where(p => p.Name.StartsWith("--", StringComparison.Ordinal) && p.Value.ValueKind == JsonValueKind.String)
            .Select(p => $"{Markdown.Code(p.Name)} was chosen from the data: {Markdown.Plain(p.Value.GetString()!)}."));

    /// <summary>How the epoch of the final weights was chosen.</summary>
    public static string? Selection(RunFacts f) => Markdown.Sentences(
        f.Used("bestEpochBy") is { } by ? $"The weights are those of the epoch with the best {Markdown.Code(by)}"
            + $"{(f.Used("bestEpochFrom") is { } from ? $", found by {from}" : f.Sets?.Of("validation") is { } v
                ? $" on {Text.Whole(v.Images)} validation images" : "")}."
            : null,
        f.Used("earlyStopping") is { } patience ? $"Early stopping: after {patience} epochs without a better one." : null,
        f.Phases.Count == 0 ? null : $"{string.Join("; ", f.Phases.Select(Course))}.",
        f.Option("ensemble") is not null ? $"The model joins the {f.Folds} models of the folds." : null);

    /// <summary>How class imbalance was met, with the counts of the largest and the smallest class.</summary>
    public static string? Balance(RunFacts f)
    {
        string? rule = f.Used("balance") is { } balance ? $"Balance of classes while training: {balance}." : null;
        if (f.Manifest is not { TrainedOn.Count: > 0 } m)
            return rule;
        (string most, int count) = m.TrainedOn.MaxBy(p => p.Value);
        (string least, int smallest) = m.TrainedOn.MinBy(p => p.Value);
        return Markdown.Sentences($"Training images: {Text.Whole(count)} of the largest class ({Markdown.Code(most)}), {Text.Whole(smallest)} of the smallest "
            + $"({Markdown.Code(least)}).", rule, f.Configuration?.Child("chosen")?.Words("--balance") is { } why ? $"Chosen from the data: {why}." : null);
    }

    /// <summary>Seconds, threads and machine.</summary>
    public static string? Effort(RunFacts f)
    {
        if (f.Configuration is not { } configuration)
            return null;
        string? seconds = f.Phases.Count == 0 ? null
            : $"The epochs of history.csv ({f.Phases.Sum(p => p.Epochs)}) took {f.Phases.Sum(p => p.Seconds).ToString("#,0.0", CultureInfo.InvariantCulture)} "
                + $"seconds{(f.Phases.Any(p => p.Name == "head") ? "; the features of the frozen network were computed before" : "")}.";
        string? threads = f.Option("threads") is not { } t ? null : t == "0" ? "All processors were used" : $"Threads: {t}";
        string? machine = configuration.Number("processors") is { } processors ? $"{processors.ToString(CultureInfo.InvariantCulture)} processors" : null;
        return Markdown.Sentences(seconds, threads is null ? null : $"{threads}{(machine is null ? "" : $" ({machine})")}.",
            configuration.Words("system") is { } system ? $"System: {Markdown.Code(system)}." : null, Software(f), "Energy was not measured.");
    }

    /// <summary>Versions of what ran.</summary>
    public static string? Software(RunFacts f) => f.Configuration is not { } c ? null
        : $"SkinClassifier {Markdown.Code(c.Words("skinclassifier") ?? "not recorded")}, .NET {Markdown.Code(c.Words("dotnet") ?? "not recorded")}; no GPU.";

    /// <summary>How the run is done again.</summary>
    public static string Reproduce(RunFacts f) => f.IsEvaluation
        ? $"{Markdown.Code("skinclassifier evaluate <model.zip> <data> -o <folder>")} with the options of config.json measures again."
        : $"{Markdown.Code("skinclassifier train <data> --config config.json -o <folder>")} repeats the run; the same seed gives the same weights, on "
            + "any number of threads of processors with the same instruction set.";

    private static IEnumerable<KeyValuePair<string, string>> Options(RunFacts f) => (f.Manifest?.Options ?? new Dictionary<string, string>())
        .OrderBy(o => o.Key.StartsWith("head", StringComparison.Ordinal) ? 0 : 1).ThenBy(o => o.Key, StringComparer.Ordinal);

    private static string Course(TrainingPhase phase) => $"{phase.Name}: {phase.Epochs} epochs"
        + (phase is { BestEpoch: { } epoch, LowestLoss: { } loss } ? $", lowest validation loss {Text.Metric(loss)} in epoch {epoch}" : "");
}
