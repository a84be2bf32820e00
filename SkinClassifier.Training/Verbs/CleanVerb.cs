using System.CommandLine;
using SkinClassifier.Audit;
using SkinClassifier.Data;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>data clean: applies a reviewed list to a dataset, as a copy or as a list. The originals stay as they are.</summary>
internal static class CleanVerb
{
    public static Command Create()
    {
        Argument<string> data = new("data") { Description = Datasets.Description };
        Option<string> apply = new("--apply")
        {
            Description = $"The reviewed {LabelSuspectsFile.Name}; its column action says remove, keep, relabel (to the suggested class), relabel:CLASS, or "
                + "nothing to keep.",
            Required = true,
            HelpName = LabelSuspectsFile.Name,
        };
        Option<string> output =
            new("--output", "-o") { Description = "A new folder for a copy, or a new .csv file for a list.", Required = true, HelpName = "target" };
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Command command = new("clean", "Write a dataset as a review of its labels says: a copy or a list. The originals are never changed.")
        {
            data, apply, output, maxPixels,
        };
        DatasetOptionSet reading = new();
        reading.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            string target = parsed.GetRequiredValue(output);
            ImageDataset dataset = Datasets.Open(terminal, parsed.GetRequiredValue(data), groupBy: null, minimumClasses: 1, reading: reading.Read(parsed),
                decoder: parsed.Decoder(maxPixels));
            LabelReview review = LabelReview.Read(parsed.GetRequiredValue(apply), dataset);
            if (review.Kept.Count == 0)
                throw new InputException($"{parsed.GetRequiredValue(apply)}: expected images that stay, received remove for all {dataset.Examples.Count}.");
            if (Path.GetExtension(target).Equals(".csv", StringComparison.OrdinalIgnoreCase))
                ReviewedDataset.List(review, dataset, target);
            else
                terminal.WithProgress(progress =>
                {
                    ReviewedDataset.Copy(review, dataset, target, (done, total) => progress.Report("copying", done, total), cancellationToken);
                    return ExitCode.Done;
                });
            Tell(terminal, dataset, review, target);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Tell(Terminal terminal, ImageDataset dataset, LabelReview review, string target)
    {
        foreach (ImageExample example in review.Removed)
            Terminal.Result($"removed: {example.Path} ({example.Label})");
        ReviewedImage[] relabeled = [.. review.Relabeled];
        foreach (ReviewedImage image in relabeled)
            Terminal.Result($"relabeled: {image.Example.Path} ({image.Example.Label} → {image.Label})");
        foreach (string label in dataset.Labels.Except(review.Kept.Select(k => k.Label)))
            Terminal.Warn($"class '{label}' has no image any more");
        if (review.Removed.Count + relabeled.Length == 0)
            Terminal.Warn("no row has an action; all images stay as they are");
        terminal.Note($"written: {target} ({review.Kept.Count} images; {review.Removed.Count} removed, {relabeled.Length} relabeled)");
    }
}
