using System.Globalization;
using SkinClassifier.Explanations;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Benchmarks.EndToEnd;

/// <summary>
/// What a heat map costs: PredictionEngine.Explain beside PredictionEngine.Predict for the same JPEG file in memory, method by method, in turn. An
/// explanation includes its prediction.
/// </summary>
internal static class ExplainBenchmark
{
    public const string Usage = "explain [MODEL.zip] [--network mobilenet_v2] [--size 224] [--threads 2] [--rounds 21] [--methods all]";

    public static int Run(string[] words)
    {
        if (Arguments.Parse(words, Usage, (0, 1), new()
        {
            ["--network"] = "mobilenet_v2",
            ["--size"] = "224",
            ["--threads"] = "2",
            ["--rounds"] = "21",
            ["--methods"] = "all",
        }) is not { } options)
            return Arguments.Refused;
        using Sample sample = new();
        int size = options.Whole("--size");
        ImageClassificationModel model =
            ImageClassificationModel.Load(options.Names.Count > 0 ? options.Names[0] : sample.Model(options["--network"], size: size));
        ExplanationMethod[] methods = options["--methods"] == "all"
            ? Enum.GetValues<ExplanationMethod>() : [.. options["--methods"].Split(',').Select(m => Enum.Parse<ExplanationMethod>(m, ignoreCase: true))];
        using PredictionEngine engine = new(model, new ImagePredictionOptions { Threads = options.Whole("--threads"), TestTimeAugmentation = 1 });
        byte[] content = Sample.Draw(size, size).EncodeJpeg();
        Rounds predict = new();
        Rounds[] explain = [.. methods.Select(_ => new Rounds())];
        for (int round = -3; round < options.Whole("--rounds"); round++)
        {
            double alone = PredictBenchmark.Seconds(() => engine.Predict(content));
            if (round >= 0)
                predict.Add(alone, alone);
            for (int i = 0; i < methods.Length; i++)
            {
                double time = PredictBenchmark.Seconds(() => engine.Explain(content, options: new ExplanationOptions { Method = methods[i] }));
                if (round >= 0)
                    explain[i].Add(time, time);
            }
        }
        Console.WriteLine($"{model.Manifest.Backbone} at {model.Manifest.Width}×{model.Manifest.Height}, a JPEG file of {size}×{size}, "
            + $"{options["--threads"]} threads; medians of {options["--rounds"]} rounds in turn\n");
        Console.WriteLine("| | ms | times a prediction |\n|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| prediction | {1e3 * predict.Median:F1} | 1 |"));
        for (int i = 0; i < methods.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {methods[i]} | {1e3 * explain[i].Median:F1} | {explain[i].Median / predict.Median:F2} |"));
        return 0;
    }
}
