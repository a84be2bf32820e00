using System.CommandLine;
using SkinClassifier.Backbones;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>demo: data demo + train + predict on what it drew.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        Option<string> output = CommonOptions.OutputFolder();
        Option<ulong> seed = CommonOptions.Seed();
        Option<int> threads = CommonOptions.Threads();
        Command command = new("demo", "Draw a demo dataset, train on it, measure and predict: the first thing to run.") { output, seed, threads };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(output), parsed.GetValue(seed), parsed.GetValue(threads), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, string folder, ulong seed, int threads, CancellationToken cancellationToken)
    {
        string data = Path.Combine(folder, "data"), run = Path.Combine(folder, "run");
        string[] verbosity = terminal.Quiet ? ["--quiet"] : terminal.Verbose ? ["--verbose"] : [];
        using RunLock own = RunLock.Take(folder);
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        // A head on frozen features needs no more time than a small network from scratch (docs/onnx.md).
        string[] learning = BackboneChoice.AtHand()[0] != Architecture.SmallCnn.Name ? ["--fine-tune-epochs", "0"]
            : ["--image-size", "64", "--epochs", "25", "--augment", "light"];
        string[][] steps =
        [
            ["data", "demo", "-o", data, "--seed", $"{seed}"],
            ["train", data, "-o", run, "--group-by", "lesion_id", .. learning, "--seed", $"{seed}", "--threads", $"{threads}"],
        ];
        foreach (string[] step in steps)
        {
            terminal.Note($"\n> skinclassifier {string.Join(' ', step)}");
            if (await Program.RunAsync([.. step, .. verbosity], cancellationToken) is not ExitCode.Done and int code)
                return code;
        }
        string[] images = [.. TestImages(Path.Combine(run, "predictions.csv")).Select(p => Path.Combine(data, p))];
        string[] predict = ["predict", Path.Combine(run, "model.zip"), .. images];
        terminal.Note($"\n> skinclassifier {string.Join(' ', predict)}");
        int result = await Program.RunAsync([.. predict, .. verbosity], cancellationToken);
        terminal.Note($"\nThese are synthetic images, not photographs; the model shows the way, it knows nothing about skin.\n"
            + $"Open {Path.Combine(run, "report.html")}, then try your own images: skinclassifier train <folder with one sub-folder per class> -o <results>");
        return result;
    }

    /// <summary>The first test image of each of up to three classes.</summary>
    private static IEnumerable<string> TestImages(string predictions)
    {
        using CsvHelper.CsvReader csv = new(new StreamReader(predictions), System.Globalization.CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        HashSet<string> seen = [];
        while (seen.Count < 3 && csv.Read())
            if (seen.Add(csv.GetField("label")!))
                yield return csv.GetField("path")!;
    }
}
