using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>benchmark: images per second, latency and memory of a network on this machine.</summary>
internal static class BenchmarkVerb
{
    private static readonly int[] DefaultBatches = [1, 8, 32];
    private static readonly double[] Percentiles = [0.5, 0.9, 0.99];

    public static Command Create()
    {
        Argument<string> network = new("network") { Description = "A model.zip, an ONNX file, or the name of a built-in network, which gets random weights." };
        Option<int[]> batch = new Option<int[]>("--batch")
        {
            Description = "Images per run, one or more numbers.",
            DefaultValueFactory = _ => DefaultBatches,
            HelpName = "1,8,32"
        }.Of(OptionForm.Wholes(1, 4096, "1,8,32", "numbers"));
        batch.Arity = ArgumentArity.ExactlyOne;
        Option<double> seconds =
            new Option<double>("--seconds") { Description = "How long each batch size is timed.", DefaultValueFactory = _ => 3 }.InRange(0, 3600);
        Option<int?> size = new Option<int?>("--image-size")
        {
            Description = "Side of the images in pixels where the network leaves it open; "
            + "default: the network's own, 224 for an ONNX file.",
            HelpName = "pixels"
        }.InRange(1, 16384);
        Option<double> width = new Option<double>(
            "--width")
        { Description = "Factor on the channels of a built-in network that has widths.", DefaultValueFactory = _ => 1 }.InRange(0.1, 4);
        Option<string> format = new("--format") { Description = "How to print.", DefaultValueFactory = _ => "table" };
        format.OneOf("table", "json");
        Option<int> threads = CommonOptions.Threads();
        Command command = new("benchmark", "Measure images per second, latency and memory of a network on this machine.") { network, batch, seconds,
            size, width, format, threads };
        command.SetAction((parsed, cancellationToken) =>
        {
            int[] batches = parsed.GetRequiredValue(batch);
            (Graph graph, int side) = Open(parsed.GetRequiredValue(network), parsed.GetValue(size), parsed.GetValue(width));
            batches = Fitting(graph, batches, parsed.GetResult(batch) is { Implicit: false });
            WorkerPool workers = parsed.GetValue(threads) == 0 ? WorkerPool.Shared : new WorkerPool(parsed.GetValue(threads));
            Terminal terminal = CommonOptions.Terminal(parsed);
            List<InferenceSpeed> results =
                terminal.WithProgress(progress => Measure(graph, side, batches, parsed.GetValue(seconds), workers, progress, cancellationToken));
            Terminal.Result(parsed.GetValue(format) == "json" ? Json(graph, workers.Threads, results) : Table(graph, side, workers.Threads, results));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static List<InferenceSpeed> Measure(
        Graph graph, int side, int[] batches, double seconds, WorkerPool workers, IProgressDisplay progress, CancellationToken cancellationToken)
    {
        List<InferenceSpeed> results = [];
        foreach (int batch in batches)
        {
            progress.Report("measuring", results.Count, batches.Length);
            results.Add(InferenceSpeed.Measure(
                graph, InferenceSpeed.InputShape(graph, batch, side), seconds, new PlanOptions { Workers = workers }, cancellationToken));
        }
        progress.Report("measuring", results.Count, batches.Length);
        return results;
    }

    private static (Graph Graph, int Size) Open(string name, int? size, double width)
    {
        if (name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            ImageClassificationModel model = ImageClassificationModel.Load(name);
            return (model.Network, size ?? model.Manifest.Height);
        }
        if (name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return (OnnxModel.Load(name).Graph, size ?? 224);
        if (!Architecture.TryParse(name, out Architecture? architecture))
            throw new ArgumentException(
                $"benchmark: expected a model.zip, an ONNX file or one of {string.Join(", ", ArchitectureCatalog.All.Select(a => a.Name))}, received {name}.");
        return (architecture.Build(new BackboneOptions { InputSize = size, WidthMultiplier = width }).Graph, size ?? architecture.InputSize);
    }

    /// <summary>A network with a fixed batch is measured with that one, unless others were asked for.</summary>
    private static int[] Fitting(Graph graph, int[] batches, bool chosen)
    {
        int own = graph.Inputs.Count > 0 && graph.Inputs[0].Shape.Rank > 0 ? graph.Inputs[0].Shape[0] : TensorShape.Free;
        return own == TensorShape.Free || chosen ? batches : [own];
    }

    private static string Table(Graph graph, int side, int threads, List<InferenceSpeed> results)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"{graph.Name}, {InferenceSpeed.InputShape(graph, results[0].Batch, side)} and so on, {threads} {(threads == 1 ? "thread" : "threads")}\n");
        text.Append("batch   images/s       best   latency ms: 50 %       90 %       99 %   buffers MiB   weights MiB\n");
        foreach (InferenceSpeed speed in results)
            text.Append(CultureInfo.InvariantCulture, $"{speed.Batch,5}   {speed.MedianImagesPerSecond,10:0.0} {speed.BestImagesPerSecond,10:0.0}   "
                + $"{speed.Latency(Percentiles[0]) * 1e3,16:0.00} {speed.Latency(Percentiles[1]) * 1e3,10:0.00} "
                + $"{speed.Latency(Percentiles[2]) * 1e3,10:0.00}   {speed.ActivationBytes / 1048576.0,11:0.0}   {speed.WeightBytes / 1048576.0,11:0.0}\n");
        text.Append(CultureInfo.InvariantCulture, $"largest memory of the process {PeakMemory() / 1048576.0:0} MiB");
        return text.ToString();
    }

    private static string Json(Graph graph, int threads, List<InferenceSpeed> results)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("network", graph.Name);
            json.WriteNumber("threads", threads);
            json.WriteStartArray("results");
            foreach (InferenceSpeed speed in results)
            {
                json.WriteStartObject();
                json.WriteNumber("batch", speed.Batch);
                json.WriteNumber("medianImagesPerSecond", Math.Round(speed.MedianImagesPerSecond, 3));
                json.WriteNumber("bestImagesPerSecond", Math.Round(speed.BestImagesPerSecond, 3));
                json.WriteNumber("runs", speed.Runs);
                json.WriteStartObject("latencyMilliseconds");
                foreach (double fraction in Percentiles)
                    json.WriteNumber($"p{fraction * 100:0}", Math.Round(speed.Latency(fraction) * 1e3, 4));
                json.WriteEndObject();
                json.WriteNumber("activationBytes", speed.ActivationBytes);
                json.WriteNumber("weightBytes", speed.WeightBytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("peakMemoryBytes", PeakMemory());
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static long PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
