using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Execution.Inference;
using SkinClassifier.Execution.Inference.Steps;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>Time of every step of a plan, best of many runs, with its share and its billions of operations a second.</summary>
internal static class Profile
{
    public static void Print(InferencePlan plan, KernelFamily family, WorkerPool workers, TensorShape shape, int threads)
    {
        InferenceNetwork network = plan.Network;
        int full = Math.Min(plan.MicroBatchSize, shape[0]), early = Math.Min(network.EarlyImages, full);
        double[] best = new double[network.Steps.Count];
        Array.Fill(best, double.MaxValue);
        for (int round = 0; round < 40; round++)
            for (int i = 0; i < best.Length; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                network.Steps[i].Run(i < network.EarlySteps ? early : full, workers);
                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(begin).TotalSeconds / (i < network.EarlySteps ? early : full));
            }
        double total = best.Sum();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nPasses of {early} images for {network.EarlySteps} steps, then of {full}; sum of the best {total * 1e3:F2} ms an image, "
                + $"{1 / total:F1} images/s; measured peak {Peak.Measure(family, workers, threads):F0} GFLOP/s; arena "
                + $"{network.ArenaLength * 4 >> 10} KiB, packed weights {plan.Weights.Length * 4 >> 10} KiB"));
        Console.WriteLine("| step | µs an image | share | GFLOP/s |\n|---|---|---|---|");
        for (int i = 0; i < best.Length; i++)
        {
            InferenceStep step = network.Steps[i];
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {step.Name} | {best[i] * 1e6:F0} | {best[i] / total:P1} | {step.Work / best[i] / 1e9:F0} |"));
        }
        Console.WriteLine();
    }
}
