using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Course;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Tests.Trainers;

/// <summary>The trainer's own loop: batch, forward, loss, backward, norm, optimizer, report.</summary>
[NonParallelizable]
public sealed class StepAllocationTests
{
    private const int Size = 32, Batch = 2, Classes = 3, Window = 100;

    [Test]
    public void Hundred_training_steps_of_a_real_network_allocate_nothing()
    {
        Graph graph = Architecture.MobileNetV2.Build(new BackboneOptions { Classes = Classes, InputSize = Size, WidthMultiplier = 0.5 }).Graph;
        using TrainingPlan plan = TrainingPlan.Create(graph, new TensorShape(Batch, 3, Size, Size), new PlanOptions { Workers = new WorkerPool(2) });
        using Noise source = new();
        CourseSettings settings = new() { Phase = "scratch", Epochs = 1, Loss = Loss.Create(LossKind.CrossEntropy), Optimizer = OptimizerKind.AdamW, LearningRate = 1e-4, Scheduler = LearningRateScheduler.FromName("cosine"), WeightDecay = 0.01, ClipNorm = 1, EmaDecay = 0.99 };
        using CancellationTokenSource enough = new();
        // The runtime's final code, which no longer boxes, comes after some hundred steps: windows are measured until one is clean.
        long started = 0, startedAll = 0, least = long.MaxValue, leastAll = long.MaxValue;
        int steps = 0;
        TrainingCourse course = new(plan, source, settings, null, new CourseReporter(null))
        {
            StepTaken = loss =>
            {
                if (++steps % Window != 0)
                    return;
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - started);
                leastAll = Math.Min(leastAll, GC.GetTotalAllocatedBytes(precise: true) - startedAll);
                if (least == 0 && leastAll < AllocatedBytes.ObjectPerTurn(Window))
                    enough.Cancel();
                Thread.Sleep(20);
                (started, startedAll) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(precise: true));
            },
        };
        course.Run(enough.Token);
        Assert.That(least, Is.Zero, $"after {steps} steps");
        // The test host allocates too, the more the busier the machine is: a warning, not a fault.
        Warn.Unless(leastAll, Is.LessThan(AllocatedBytes.ObjectPerTurn(Window)), "all threads, with those of the test host");
        Assert.That(course.State.BadSteps, Is.Zero);
    }

    private sealed class Noise : BatchSource
    {
        private readonly SeededRandom _random = new(1);

        public override TensorShape InputShape { get; } = new(Batch, 3, Size, Size);

        public override int Classes => StepAllocationTests.Classes;

        public override int StepsPerEpoch => 30 * Window;

        public override void BeginEpoch(int epoch, int firstBatch = 0) { }

        public override bool Next(Span<float> input, Span<float> targets)
        {
            for (int i = 0; i < input.Length; i++)
                input[i] = _random.NextSingle();
            targets.Clear();
            for (int n = 0; n < Batch; n++)
                targets[n * Classes + _random.NextInt32(Classes)] = 1;
            return true;
        }
    }
}
