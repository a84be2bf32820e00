using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.EndToEnd;

/// <summary>
/// Memory of plans: buffers and packed weights beside what cannot be avoided (weights and the largest pair of activations, that is the inputs and
/// outputs of one layer), and the largest resident memory of a process that loads the model and predicts one image.
/// </summary>
internal static class MemoryBenchmark
{
    public const string Usage = "memory [NETWORK…] [--batches 1,8]";

    /// <summary>Hidden verb of the child process.</summary>
    public const string Child = "memory-of";

    /// <summary>The same, with the model read for prediction alone.</summary>
    public const string PredictionChild = "memory-of-prediction";

    private const string Nothing = "nothing";

    private const double MiB = 1048576;

    public static int Run(string[] words)
    {
        if (Arguments.Parse(words, Usage, (0, int.MaxValue), new() { ["--batches"] = "1,8" }) is not { } options)
            return Arguments.Refused;
        if (options.Names.Count == 0)
            options.Names.AddRange(["mobilenet_v2", "resnet50"]);
        using Sample sample = new();
        Console.WriteLine($"MiB; bound = weights + largest pair of activations; a process of the same program that does nothing takes "
            + $"{Peer.Run([Environment.ProcessPath!, Child, Nothing]).Trim()}\n\n"
            + "| network | batch | weights | largest pair | plan: weights | plan: buffers | plan / bound | process | for prediction alone |\n"
            + "|---|---|---|---|---|---|---|---|---|");
        foreach (string name in options.Names)
        {
            Architecture architecture = Architecture.Parse(name);
            string model = sample.Model(name);
            foreach (int batch in options.Wholes("--batches"))
            {
                Graph graph = architecture.Build(new BackboneOptions { Classes = 7 }).Graph;
                TensorShape shape = InferenceSpeed.InputShape(graph, batch, architecture.InputSize);
                IReadOnlyDictionary<string, TensorShape> shapes = graph.InferShapes(shape);
                double weights = graph.Parameters.Values.Sum(p => (long)p.Values.Length) * 4 / MiB;
                double pair = graph.Nodes.Max(n =>
                    n.Inputs.Where(i => i.Length > 0 && !graph.Parameters.ContainsKey(i)).Concat(n.Outputs).Where(v => v.Length > 0)
                        .Sum(v => (long)shapes[v].ElementCount)) * 4 / MiB;
                using InferencePlan plan = InferencePlan.Create(graph, shape);
                double packed = plan.Weights.Length * 4 / MiB, buffers = plan.Network.ArenaLength * 4 / MiB;
                string process = batch == 1 ? Peer.Run([Environment.ProcessPath!, Child, model]).Trim() : "–";
                string alone = batch == 1 ? Peer.Run([Environment.ProcessPath!, PredictionChild, model]).Trim() : "–";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {name} | {batch} | {weights:F1} | {pair:F1} | {packed:F1} | {buffers:F1} | {(packed + buffers) / (weights + pair):F2} "
                    + $"| {process} | {alone} |"));
            }
        }
        return 0;
    }

    /// <summary>Loads a model, predicts one image and prints the largest resident memory of this process.</summary>
    public static int RunChild(string model, bool forPrediction)
    {
        if (model != Nothing)
        {
            using PredictionEngine engine = new(
                forPrediction ? ImageClassificationModel.LoadForPrediction(model) : ImageClassificationModel.Load(model));
            engine.Predict(Sample.Draw(600, 450));
        }
        using Process process = Process.GetCurrentProcess();
        Console.WriteLine((process.PeakWorkingSet64 / MiB).ToString("F0", CultureInfo.InvariantCulture));
        return 0;
    }
}
