using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Benchmarks.EndToEnd;

/// <summary>Feature extraction of a folder, as training with a frozen network does it: reading and decoding alone, the network alone, both at once.</summary>
internal static class FeatureBenchmark
{
    public const string Usage = "features [FOLDER] [--network mobilenet_v2] [--images 256] [--threads 2] [--rounds 3] [--peer COMMAND]";

    public static int Run(string[] words)
    {
        if (Arguments.Parse(words, Usage, (0, 1),
            new() { ["--network"] = "mobilenet_v2", ["--images"] = "256", ["--threads"] = "2", ["--rounds"] = "3", ["--peer"] = "" }) is not { } options)
            return Arguments.Refused;
        using Sample sample = new();
        int threads = options.Whole("--threads");
        string folder = options.Names.Count > 0 ? options.Names[0] : sample.Images(600, 450, options.Whole("--images"));
        ImageDataset data = ImageDataset.FromFolder(folder);
        data = data.Subset(data.Examples.Take(options.Whole("--images")));
        LoadedBackbone backbone = LoadedBackbone.Load(new ImageClassificationTrainerOptions { Arch = Backbones.Architecture.Parse(options["--network"]) });
        WorkerPool workers = new(threads);
        InferenceSpeed network = InferenceSpeed.Measure(
            backbone.Features, InferenceSpeed.InputShape(backbone.Features, 16, backbone.Preprocessor.Height), 2, new PlanOptions { Workers = workers });
        FeatureExtractor extractor = new(backbone.Features, backbone.FeatureCount, backbone.Preprocessor, null, workers, new ProgressReporter(null));
        BatchLoader loader = new(data.Examples, backbone.Preprocessor, new BatchLoaderOptions { BatchSize = 16, Workers = workers });
        Rounds decoding = new(), together = new(), peer = new();
        int count = data.Examples.Count;
        for (int round = -1; round < options.Whole("--rounds"); round++)
        {
            double decode = count / PredictBenchmark.Seconds(() =>
            {
                foreach (ImageBatch batch in loader.Load())
                    if (batch.Count == 0)
                        throw new InvalidOperationException($"{folder}: a batch without readable images.");
            });
            double features = count / PredictBenchmark.Seconds(() => extractor.Compute(data, default));
            if (round < 0)
                continue;
            decoding.Add(decode, decode);
            together.Add(features, features);
            if (options["--peer"].Length > 0)
                peer.Add(Peer.Measure(options["--peer"], ("folder", folder), ("threads", $"{threads}")));
        }
        double most = 1 / (1 / decoding.Median + 1 / network.MedianImagesPerSecond);
        Console.WriteLine($"{options["--network"]}, {count} images, {threads} threads; images a second, medians of {options["--rounds"]} rounds\n");
        Console.WriteLine("| decoding alone | network alone | one after the other | feature extraction | share of the most possible | peer | ratio "
            + "|\n|---|---|---|---|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {decoding.Median:F1} | {network.MedianImagesPerSecond:F1} | {most:F1} | {together.Median:F1} | {together.Median / most:P0} | "
                + $"{(peer.Any ? peer.Median.ToString("F1", CultureInfo.InvariantCulture) : "–")} | "
                + $"{(peer.Any ? (together.Median / peer.Median).ToString("F2", CultureInfo.InvariantCulture) : "–")} |"));
        return 0;
    }
}
