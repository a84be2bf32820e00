using System.Globalization;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Benchmarks.EndToEnd;

/// <summary>
/// Managed memory that the steady state allocates, in a process that does nothing else: 100 predictions from the bytes of a JPEG, PNG, BMP or GIF
/// file into a caller's span (decode, preprocess, plan), and 100 steps of the trainer's own loop (batch, forward, loss, backward, norm, optimizer,
/// average, report). PNG alone may allocate a little: the framework's zlib stream is a new object for every file. The runtime replaces its first,
/// unoptimized code in the background, and that code boxes values which the final one keeps in registers; so windows of 100 turns are measured until
/// one allocates nothing more on any thread, at most 60.
/// </summary>
internal static class AllocationBenchmark
{
    public const string Usage = "allocations [predict] [train] [--threads 2] [--size 32]";

    private const int Turns = 100, MaxWindows = 60, Classes = 3, PngBytes = 512;

    public static int Run(string[] words)
    {
        if (Arguments.Parse(words, Usage, (0, 2), new() { ["--threads"] = "2", ["--size"] = "32" }) is not { } options)
            return Arguments.Refused;
        if (options.Names.Except(["predict", "train"]).Any())
            return Arguments.Refuse(Usage);
        Window[] parts = [.. (options.Names.Count > 0 ? options.Names.AsEnumerable() : ["predict", "train"])
            .SelectMany(name => name == "train" ? [Train(options)] : Predict(options))];
        Console.WriteLine(
            $"| {Turns} turns of | bytes of the first {Turns} | turns before | bytes, caller's thread | bytes, all threads |\n|---|---|---|---|---|");
        foreach (Window part in parts)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {part.Name} | {part.First} | {part.Before} | {part.Own} | {part.All} |"));
        return parts.All(p => p.IsWithin) ? 0 : 1;
    }

    private static IEnumerable<Window> Predict(Arguments options)
    {
        using Sample sample = new();
        using PredictionEngine engine = new(ImageClassificationModel.Load(sample.Model("mobilenet_v2", size: options.Whole("--size"))),
            new ImagePredictionOptions { Threads = options.Whole("--threads") });
        RgbImage image = Sample.Draw(200, 150);
        float[] scores = new float[engine.Model.Labels.Count];
        foreach ((string format, byte[] content)
            in ((string, byte[])[])[("JPEG", image.EncodeJpeg()), ("PNG", image.EncodePng()), ("BMP", Sample.Bmp(image)), ("GIF", Sample.Gif(image))])
        {
            Window window = new($"predict {format}", format == "PNG" ? PngBytes : 0);
            while (!window.IsOver)
            {
                engine.Predict(content, scores);
                window.Turn();
            }
            yield return window;
        }
    }

    private static Window Train(Arguments options)
    {
        int size = options.Whole("--size");
        Graph graph = Architecture.MobileNetV2.Build(new BackboneOptions { Classes = Classes, InputSize = size, WidthMultiplier = 0.5 }).Graph;
        using Noise source = new(new TensorShape(2, 3, size, size));
        using TrainingPlan plan = TrainingPlan.Create(graph, source.InputShape, new PlanOptions { Workers = new WorkerPool(options.Whole("--threads")) });
        PhaseSettings settings = new()
        {
            Options = new() { MaxGradientNorm = 1, EarlyStoppingCriteria = null },
            Phase = "scratch",
            Epochs = 1,
            Loss = Loss.Create(LossKind.CrossEntropy),
            Optimizer = OptimizerKind.AdamW,
            LearningRate = 1e-4,
            Scheduler = LearningRateSchedule.FromName("cosine"),
            WeightDecay = 0.01,
            EmaDecay = 0.99
        };
        using CancellationTokenSource enough = new();
        Window window = new("train");
        TrainingLoop loop = new(plan, source, settings, null, new ProgressReporter(null))
        {
            StepTaken = loss =>
            {
                window.Turn();
                if (window.IsOver)
                    enough.Cancel();
            },
        };
        loop.Run(enough.Token);
        return loop.State.BadSteps.Count == 0 ? window : throw new InvalidOperationException($"{loop.State.BadSteps.Count} training steps were skipped.");
    }

    /// <summary>Counts turns and what they allocate, window by window.</summary>
    private sealed class Window(string name, long allowed = 0)
    {
        private long _own = GC.GetAllocatedBytesForCurrentThread(), _all = GC.GetTotalAllocatedBytes(precise: true);
        private int _turns;

        public string Name => name;

        /// <summary>Bytes of the first window on all threads: what warming up allocates.</summary>
        public long First { get; private set; }

        /// <summary>Bytes of the last full window on the caller's thread.</summary>
        public long Own { get; private set; } = -1;

        /// <summary>Bytes of the last full window on all threads.</summary>
        public long All { get; private set; } = -1;

        /// <summary>Turns before the last full window.</summary>
        public int Before => _turns - Turns;

        /// <summary>Whether the last full window allocated no more than is allowed.</summary>
        public bool IsWithin => All >= 0 && All <= allowed * Turns;

        public bool IsOver => IsWithin || _turns > MaxWindows * Turns;

        public void Turn()
        {
            if (++_turns % Turns != 0)
                return;
            // The exact count first: taking it must not be counted itself.
            long all = GC.GetTotalAllocatedBytes(precise: true), own = GC.GetAllocatedBytesForCurrentThread();
            (All, Own) = (all - _all, own - _own);
            if (_turns == Turns)
                First = All;
            Thread.Sleep(20);
            (_all, _own) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetAllocatedBytesForCurrentThread());
        }
    }

    /// <summary>Random batches without end.</summary>
    private sealed class Noise(TensorShape shape) : BatchSource
    {
        private readonly SeededRandom _random = new(1);

        public override TensorShape InputShape { get; } = shape;

        public override int Classes => AllocationBenchmark.Classes;

        public override int StepsPerEpoch => (MaxWindows + 1) * Turns;

        public override void BeginEpoch(int epoch, int firstBatch = 0)
        {
        }

        public override bool Next(Span<float> input, Span<float> targets)
        {
            for (int i = 0; i < input.Length; i++)
                input[i] = _random.NextSingle();
            targets.Clear();
            for (int n = 0; n < InputShape[0]; n++)
                targets[n * Classes + _random.NextInt32(Classes)] = 1;
            return true;
        }
    }
}
