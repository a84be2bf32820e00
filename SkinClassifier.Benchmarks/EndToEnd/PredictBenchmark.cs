using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Benchmarks.EndToEnd;

/// <summary>
/// A folder of images through `predict`: reading and decoding alone, the network alone, both at once as the engine does, and a peer in turn.
/// Both parts use all threads, so the most that is possible together is 1 / (1 / decoding + 1 / network).
/// </summary>
internal static class PredictBenchmark
{
    public const string Usage = "predict [--network mobilenet_v2] [--sizes 600x450x64,3000x2000x24] [--threads 2] [--rounds 5] [--reduced] [--peer COMMAND]";

    public static int Run(string[] words)
    {
        if (Arguments.Parse(words, Usage, (0, 0), new()
        {
            ["--network"] = "mobilenet_v2",
            ["--sizes"] = "600x450x64,3000x2000x24",
            ["--threads"] = "2",
            ["--rounds"] = "5",
            ["--peer"] = ""
        }, "--reduced") is not { } options)
            return Arguments.Refused;
        using Sample sample = new();
        int threads = options.Whole("--threads");
        string modelPath = sample.Model(options["--network"], options.Has("--reduced"));
        ImageClassificationModel model = ImageClassificationModel.Load(modelPath);
        WorkerPool workers = new(threads);
        InferenceSpeed network = InferenceSpeed.Measure(
            model.Network, InferenceSpeed.InputShape(model.Network, ImageScorer.Group, model.Manifest.Height), 2, new PlanOptions { Workers = workers });
        Console.WriteLine($"{options["--network"]}, {threads} threads{(options.Has("--reduced") ? ", reduced decoding" : "")}; images a second, "
            + $"medians of {options["--rounds"]} rounds\n");
        Console.WriteLine("| images | decoding alone | network alone | one after the other | predict | share of the most possible | peer | ratio |\n"
            + "|---|---|---|---|---|---|---|---|");
        foreach (string size in options["--sizes"].Split(','))
        {
            int[] parts = [.. size.Split('x').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
            string folder = sample.Images(parts[0], parts[1], parts[2]);
            string[] paths = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            using PredictionEngine engine = new(model, new ImagePredictionOptions { Threads = threads });
            ImageMicroBatch group = new(model.Preprocessor, Imaging.DecoderOptions.Default, workers);
            Rounds decoding = new(), together = new(), peer = new();
            for (int round = -1; round < options.Whole("--rounds"); round++)
            {
                double decode = paths.Length / Seconds(() =>
                {
                    foreach ((string, byte[]?)[] chunk in paths.Select(path => (path, (byte[]?)null)).Chunk(ImageMicroBatch.Size))
                        group.Read(chunk, default);
                });
                double predict = paths.Length / Seconds(() =>
                {
                    foreach (ImagePrediction prediction in engine.PredictFiles(paths))
                        if (prediction.Error is { } error)
                            throw new InvalidOperationException(error);
                });
                if (round < 0)
                    continue;
                decoding.Add(decode, decode);
                together.Add(predict, predict);
                if (options["--peer"].Length > 0)
                    peer.Add(Peer.Measure(options["--peer"], ("folder", folder), ("model", modelPath), ("threads", $"{threads}")));
            }
            double most = 1 / (1 / decoding.Median + 1 / network.MedianImagesPerSecond);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {parts[0]}×{parts[1]} | {decoding.Median:F1} | {network.MedianImagesPerSecond:F1} | {most:F1} | {together.Median:F1} | "
                    + $"{together.Median / most:P0} | {(peer.Any ? peer.Median.ToString("F1", CultureInfo.InvariantCulture) : "–")} | "
                    + $"{(peer.Any ? (together.Median / peer.Median).ToString("F2", CultureInfo.InvariantCulture) : "–")} |"));
        }
        return 0;
    }

    internal static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
