// Scores all images of a folder into a CSV file. For research and decision support only; not a medical device.
using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

if (args.Length != 3)
{
    Console.Error.WriteLine("usage: dotnet run -- MODEL.zip FOLDER SCORES.csv");
    return 2;
}

try
{
    ImageClassificationModel model = ImageClassificationModel.Load(args[0]);
    using PredictionEngine engine = new(model);
    using StreamWriter csv = new(args[2]);
    csv.WriteLine($"path,predicted,error,{string.Join(',', model.Labels.Select(Quoted))}");
    string[] files = [.. Directory.EnumerateFiles(args[1], "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png" or ".bmp" or ".gif").Order(StringComparer.Ordinal)];
    int failed = 0;

    // Reads and decodes ahead of the network on all cores; no decoded image is kept. A damaged file is a row with its reason.
    foreach (ImagePrediction prediction in engine.PredictFiles(files))
    {
        string path = Path.GetRelativePath(args[1], prediction.Path!);
        IEnumerable<string> scores = prediction.Error is null
            ? prediction.Score.Select(score => score.ToString("R", CultureInfo.InvariantCulture))
            : model.Labels.Select(_ => "");
        string[] cells = [Quoted(path), Quoted(prediction.PredictedLabel ?? ""), Quoted(prediction.Error ?? ""), .. scores];
        csv.WriteLine(string.Join(',', cells));
        failed += prediction.Error is null ? 0 : 1;
    }
    Console.WriteLine($"{files.Length - failed} images scored, {failed} not readable");
    return failed == 0 ? 0 : 3;
}
catch (Exception error) when (error is SkinClassifierException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
