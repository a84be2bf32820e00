using System.CommandLine;
using SkinClassifier.Sharding;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>data manifest: the images of a folder or of a list, in an order that does not depend on the machine.</summary>
internal static class ManifestVerb
{
    public static Command Create()
    {
        Argument<string> data = new("data") { Description = "A folder, a text file with a path in each line, or - for such lines from stdin." };
        Option<string> output = new("--output", "-o") { Description = "The CSV file to write.", Required = true, HelpName = "manifest.csv" };
        Command command = new("manifest", "List images in a fixed order, for work in shards: path, and class and set where the folders tell them.")
        {
            data, output,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(
            Run(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), cancellationToken)));
        return command;
    }

    private static int Run(Terminal terminal, string data, string output, CancellationToken cancellationToken)
    {
        if (data != "-" && !Directory.Exists(data) && !File.Exists(data))
            throw new InputException($"{data}: expected a folder, a text file with paths, or - for stdin; found nothing there.");
        ManifestWriter writer = new(output);
        long rows = terminal.WithProgress(progress =>
        {
            Action<long> count = found => progress.Line($"{found} images found");
            return Directory.Exists(data) ? writer.WriteFolder(data, count, cancellationToken)
                : writer.WriteList(data == "-" ? StandardInput.Lines() : Lines(data), count, cancellationToken);
        });
        foreach (string warning in writer.Warnings)
            Terminal.Warn(warning);
        foreach (Data.SkippedFile skipped in writer.Skipped)
            Terminal.Warn($"{skipped.Path} is skipped: {skipped.Reason}");
        if (writer.OtherFiles > 0)
            Terminal.Warn($"{writer.OtherFiles} files do not have the ending of an image and are left out (first: {writer.FirstOther})");
        terminal.Note($"written: {output} ({rows} images)");
        return writer.Skipped.Count > 0 ? ExitCode.UnusableInput : ExitCode.Done;
    }

    private static IEnumerable<string> Lines(string file) => File.ReadLines(file).Select(l => l.Trim()).Where(l => l.Length > 0);
}
