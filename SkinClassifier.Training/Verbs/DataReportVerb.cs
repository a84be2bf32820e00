using System.CommandLine;
using System.Globalization;
using SkinClassifier.Audit;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Reports;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>data report: everything that data inspect finds, as one page with images.</summary>
internal static class DataReportVerb
{
    public static Command Create()
    {
        Argument<string> data = new("data") { Description = Datasets.Description };
        Option<string> output = new("--output", "-o") { Description = "The page to write.", Required = true, HelpName = "page.html" };
        Option<string?> groupBy = new("--group-by") { Description = "Column whose groups are counted; auto finds groups.", HelpName = "column" };
        Option<string?> suspects =
            new("--suspects") { Description = "A list of `data suspects`, whose images are shown.", HelpName = LabelSuspectsFile.Name };
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Command command = new("report", "Write one page on a dataset: counts, images, duplicates, bad images, what to do next.")
        { data, output, groupBy, suspects, maxPixels };
        DatasetOptionSet reading = new();
        reading.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(data),
            parsed.GetRequiredValue(output), parsed.GetValue(groupBy), parsed.GetValue(suspects), reading.Read(parsed), parsed.Decoder(maxPixels),
            cancellationToken)));
        return command;
    }

    private static int Run(Terminal terminal, string data, string output, string? groupBy, string? suspects, DatasetReading reading, DecoderOptions decoder,
        CancellationToken cancellationToken)
    {
        if (Directory.Exists(output))
            throw new InputException(
                $"{output}: expected the name of a page to write, received a folder. Name a file in it, {Path.Combine(output, "page.html")}.");
        ImageDataset dataset = Datasets.Open(terminal, data, groupBy, minimumClasses: 1, silent: true, reading: reading, decoder: decoder);
        IReadOnlyList<ListedSuspect>? listed = suspects is null ? null : LabelSuspectsFile.Read(suspects, dataset);
        (Graph, ImagePreprocessor)? network = AuditNetwork.Find(terminal);
        string page = terminal.WithProgress(progress =>
        {
            DatasetInspection found = DatasetAudit.Inspect(dataset, network, decoder, (what, done, all) => progress.Report(what, done, all), cancellationToken);
            return new DatasetReport(found, listed).ToHtml(decoder, progress: (done, all) => progress.Report("drawing", done, all),
                cancellationToken: cancellationToken);
        });
        cancellationToken.ThrowIfCancellationRequested();
        AtomicFile.WriteText(output, page);
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"written: {output} ({new FileInfo(output).Length / 1e6:0.0} MB)"));
        return ExitCode.Done;
    }
}
