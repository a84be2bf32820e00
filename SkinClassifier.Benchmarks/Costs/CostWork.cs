using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Backbones;
using SkinClassifier.Benchmarks.EndToEnd;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;

namespace SkinClassifier.Benchmarks.Costs;

/// <summary>One measurement in a process of its own, so that its memory is its own.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Network">Name of a built-in network.</param>
/// <param name="Size">Side of its images in pixels; 0: its own.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Batch">Images at a time.</param>
/// <param name="Images">Images of a dataset.</param>
/// <param name="Seconds">How long plans are timed.</param>
internal sealed record CostWork(string Kind, string Network, int Size, int Classes, int Threads, int Batch, int Images, double Seconds)
{
    /// <summary>Hidden verb of the child process.</summary>
    public const string Child = "cost-of";

    /// <summary>A run of the network; a training step; a stream of files predicted; a head trained on frozen features of as many images.</summary>
    public static readonly string[] Kinds = ["predict", "step", "files", "head"];

    private const int Files = 20, Side = 48;
    private const double MiB = 1048576;

    /// <summary>Runs the work in a child process.</summary>
    public CostPoint Measure()
    {
        string[] words = [Environment.ProcessPath!, Child, Kind, Network, .. new double[] { Size, Classes, Threads, Batch, Images, Seconds }
            .Select(n => n.ToString(CultureInfo.InvariantCulture))];
        string[] numbers = Peer.Run(words).Trim().Split(' ');
        return new CostPoint(double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Does the work that the words name and prints images a second and the largest resident memory in MiB.</summary>
    public static int RunChild(string[] words)
    {
        int Whole(int i) => int.Parse(words[i], CultureInfo.InvariantCulture);
        CostWork work = new(words[0], words[1], Whole(2), Whole(3), Whole(4), Whole(5), Whole(6), double.Parse(words[7], CultureInfo.InvariantCulture));
        double speed = work.Kind switch
        {
            "predict" => work.Predict(),
            "step" => work.Step(),
            "files" => work.PredictFiles(),
            "head" => work.TrainHead(),
            _ => throw new ArgumentException($"expected one of {string.Join(", ", Kinds)}, received {work.Kind}", nameof(words)),
        };
        using Process process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{speed:0.00} {process.PeakWorkingSet64 / MiB:0.0}"));
        return 0;
    }

    private Backbone Build()
    {
        Architecture architecture = Architecture.Parse(Network);
        return architecture.Build(new BackboneOptions { Classes = Classes, InputSize = Size > 0 ? Size : architecture.InputSize });
    }

    private double Predict()
    {
        Backbone backbone = Build();
        return InferenceSpeed.Measure(backbone.Graph, new TensorShape(Batch, 3, backbone.InputSize, backbone.InputSize), Seconds,
            new PlanOptions { Workers = new WorkerPool(Threads) }).MedianImagesPerSecond;
    }

    private double Step()
    {
        Backbone backbone = Build();
        TensorShape shape = new(Batch, 3, backbone.InputSize, backbone.InputSize);
        using TrainingPlan plan = TrainingPlan.Create(backbone.Graph, shape, new PlanOptions { Workers = new WorkerPool(Threads) });
        SeededRandom random = new(1);
        float[] input = [.. Enumerable.Range(0, shape.ElementCount).Select(_ => (float)random.NextGaussian())];
        float[] gradient = [.. Enumerable.Range(0, plan.OutputShape.ElementCount).Select(_ => (float)random.NextGaussian() * 1e-3f)];
        List<double> times = [];
        for (long start = Stopwatch.GetTimestamp(); times.Count < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds;)
        {
            long begin = Stopwatch.GetTimestamp();
            plan.ZeroGradients();
            plan.Forward(input);
            plan.Backward(gradient);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        // The first two warm up.
        return Batch / times.Skip(2).Order().ElementAt((times.Count - 2) / 2);
    }

    private double PredictFiles()
    {
        using Sample sample = new();
        string[] files = [.. Directory.EnumerateFiles(sample.Images(Side, Side, Files), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        using PredictionEngine engine = new(ImageClassificationModel.Load(sample.Model(Network, size: Size)), new ImagePredictionOptions { Threads = Threads });
        return Images / PredictBenchmark.Seconds(() =>
        {
            int done = engine.PredictFiles(Enumerable.Range(0, Images).Select(i => files[i % Files])).Count(p => p.Error is null);
            if (done != Images)
                throw new InvalidOperationException($"expected {Images} predictions, received {done}");
        });
    }

    private double TrainHead()
    {
        byte[][] contents = [.. Enumerable.Range(0, Files).Select(i => (byte[])[.. Sample.Draw(Side, Side).EncodeJpeg(), (byte)i])];
        ImageClassificationTrainer trainer = new(new ImageClassificationTrainerOptions
        {
            Pretrained = Build(),
            ImageSize = Size,
            FineTuneEpoch = 0,
            Epoch = 1,
            TestTimeAugmentation = 1,
            Policy = null,
            Threads = Threads,
        });
        return Images / PredictBenchmark.Seconds(() => trainer.Fit(ImageDataset.FromMemory(
            Enumerable.Range(0, Images).Select(i => new ImageSource($"{i}.jpg", i % 2 == 0 ? "a" : "b", contents[i % Files])))));
    }
}

/// <summary>What one measurement gave.</summary>
/// <param name="Speed">Images a second.</param>
/// <param name="Memory">Largest resident memory of its process, MiB.</param>
internal readonly record struct CostPoint(double Speed, double Memory);
