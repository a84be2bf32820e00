using System.CommandLine;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Reports.Sheets;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>report: checklists that are filled from the files of a run, and the datasheet of a dataset.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        Argument<string> source = new("run")
        {
            Description = "An output folder of train or evaluate; with --datasheet a dataset: a folder with one sub-folder per class, or a CSV file.",
        };
        Option<bool> tripod = new("--tripod") { Description = "The TRIPOD+AI checklist (2024) of the run." },
            claim = new("--claim") { Description = "The CLAIM checklist (2024) of the run." },
            datasheet = new("--datasheet") { Description = "The datasheet of a dataset: classes, sizes, metadata, licenses, attributions." };
        Option<string?> output = new("--output", "-o")
        {
            Description = "The Markdown file to write; default: tripod.md or claim.md in the run's folder, datasheet.md in this folder.",
            HelpName = "FILE.md",
        };
        Option<string?> groupBy = new("--group-by") { Description = "With --datasheet: column of the metadata whose groups are counted.", HelpName = "column" };
        Option<long> maxPixels = CommonOptions.MaxPixels();
        DatasetOptionSet reading = new();
        CheckedCommand command = new("report", "Fill reporting checklists from the files of a run, or write the datasheet of a dataset.",
            parsed => Errors(parsed, [tripod, claim, datasheet], output, datasheet, [groupBy, maxPixels]))
        { source, tripod, claim, datasheet, output, groupBy, maxPixels };
        reading.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            string path = parsed.GetRequiredValue(source);
            return Task.FromResult(parsed.GetValue(datasheet)
                ? Datasheet(
                    terminal, path, parsed.GetValue(output) ?? "datasheet.md", parsed.GetValue(groupBy), reading.Read(parsed), parsed.Decoder(maxPixels),
                    cancellationToken)
                : Checklists(terminal, path, parsed.GetValue(output),
                    [.. parsed.GetValue(tripod) ? [("tripod.md", TripodChecklist.Instance)] : Array.Empty<(string, Checklist)>(),
                        .. parsed.GetValue(claim) ? [("claim.md", ClaimChecklist.Instance)] : Array.Empty<(string, Checklist)>()]));
        });
        return command;
    }

    private static IEnumerable<string> Errors(ParseResult parsed, Option<bool>[] kinds, Option<string?> output, Option<bool> datasheet, Option[] ofDatasets)
    {
        if (parsed.Errors.Count > 0)
            yield break;
        string[] asked = [.. kinds.Where(parsed.GetValue).Select(k => k.Name)];
        if (asked.Length == 0)
            yield return $"report: expected {string.Join(", ", kinds.Select(k => k.Name))}, received none of them. Name what is to be written.";
        if (parsed.GetValue(datasheet) && asked.Length > 1)
            yield return $"{string.Join(", ", asked)}: expected checklists of a run, or the datasheet of a dataset; received both. Run report twice.";
        if (asked.Length > 1 && !parsed.GetValue(datasheet) && parsed.GetValue(output) is { } file)
            yield return $"--output: expected one checklist for one file, received {string.Join(" and ", asked)} for {file}. Leave --output out, or "
                + $"ask for one.";
        if (!parsed.GetValue(datasheet))
            foreach (Option option in ofDatasets.Where(o => parsed.GetResult(o) is { Implicit: false }))
                yield return $"{option.Name}: expected --datasheet with it, received {(asked.Length == 0 ? "none" : string.Join(", ", asked))}. Leave it out.";
    }

    private static int Checklists(Terminal terminal, string folder, string? output, (string File, Checklist Checklist)[] asked)
    {
        if (!File.Exists(Path.Combine(folder, "metrics.json")))
            throw new InputException($"{folder}: expected an output folder of train or evaluate with metrics.json, found none. Name the folder that was given "
                + "with -o.");
        RunFacts facts = RunFacts.Read(folder);
        foreach ((string name, Checklist checklist) in asked)
        {
            string file = output ?? Path.Combine(folder, name);
            AtomicFile.WriteText(file, checklist.Fill(facts, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))));
            terminal.Note($"written: {file} ({checklist.Items.Count(i => i.FromRun?.Invoke(facts) is not null)} of {checklist.Items.Count} items say something "
                + "from the run's files)");
        }
        return ExitCode.Done;
    }

    private static int Datasheet(Terminal terminal, string path, string output, string? groupBy, DatasetReading reading, DecoderOptions decoder,
        CancellationToken cancellationToken)
    {
        ImageDataset data = Datasets.Open(terminal, path, groupBy, minimumClasses: 1, silent: true, reading: reading, decoder: decoder);
        DatasetInspection inspection = terminal.WithProgress(progress =>
            DatasetInspection.Inspect(data, decoder, progress: (done, total) => progress.Report("reading", done, total), cancellationToken: cancellationToken));
        AtomicFile.WriteText(output, DatasetSheet.Create(data, inspection, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))));
        terminal.Note($"written: {output} ({inspection.Count} images)");
        return ExitCode.Done;
    }
}
