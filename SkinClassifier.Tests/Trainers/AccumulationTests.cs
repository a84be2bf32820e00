using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Tests.Trainers;

public sealed class AccumulationTests
{
    private const int Features = 6, Classes = 3, Count = 70;

    [TestCase(1, 20, 60)]
    [TestCase(4, 5, 60)]
    [TestCase(2, 10, 60)]
    public void Batches_that_are_added_up_train_what_one_large_batch_does(int accumulate, int batch, int count)
    {
        float[] one = Train(1, 20, count, out int steps), several = Train(accumulate, batch, count, out int updates);
        Assert.That((steps, updates), Is.EqualTo((9, 9)));
        Assert.That(several, Is.EqualTo(one).Within(accumulate == 1 ? 0 : 2e-6f));
    }

    [Test]
    public void The_last_step_of_an_epoch_takes_what_is_left()
    {
        // 14 batches of 5 in an epoch: three steps of 4 and one of 2.
        Train(4, 5, Count, out int updates);
        Assert.That(updates, Is.EqualTo(3 * 4));
    }

    [Test]
    public void A_batch_that_is_not_finite_takes_its_whole_step_with_it_and_the_run_goes_on()
    {
        ProgressReporter reporter = new(null);
        float[] weights = Train(4, 5, Count, out int updates, reporter, poisoned: 5);
        // Batch 6 is bad: the step of batches 5 and 6 is dropped, 7 to 10 and 11 to 14 are the next ones.
        Assert.That(updates, Is.EqualTo(3 + 4 + 4));
        Assert.That(reporter.Warnings,
            Has.Count.EqualTo(1).And.All.Contains("Epoch 1, step 6: the loss is not finite. The step is skipped and the learning rate halved."));
        Assert.That(weights, Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Cancelling_ends_with_the_step_and_not_in_the_middle_of_one()
    {
        using CancellationTokenSource stop = new();
        List<int> saved = [];
        int taken = 0;
        Train(4, 5, Count, out int updates, stopped: stop, taken: () => { if (++taken == 6) stop.Cancel(); }, saved: saved);
        Assert.That((updates, saved[^1]), Is.EqualTo((2, 8)));
        Assert.That(saved, Is.All.Matches<int>(b => b % 4 == 0), "checkpoints lie between steps");
    }

    private static float[] Train(int accumulate, int batch, int count, out int updates, ProgressReporter? reporter = null, int poisoned = -1,
        CancellationTokenSource? stopped = null, Action? taken = null, List<int>? saved = null)
    {
        ClassifierHead head = new(Features, [7], Classes, 1);
        (float[] values, int[] labels) = Data(count);
        using Poison source = new(new FeatureBatches(values, labels, Classes, batch, new EpochOrder(labels, Classes, ClassBalance.None, 3)), poisoned, taken);
        using TrainingPlan plan = TrainingPlan.Create(head.TrainingGraph(0), source.InputShape);
        PhaseSettings settings = new()
        {
            Phase = "head",
            Epochs = 3,
            Loss = new SoftmaxCrossEntropy(),
            ClassWeights = [0.5f, 1, 3],
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 0.1,
            Options = new() { MaxGradientNorm = 0.5, AccumulateSteps = accumulate, EarlyStoppingCriteria = null },
            Scheduler = new CosineSchedule(),
        };
        TrainingLoop loop = new(plan, source, settings, null, reporter ?? new ProgressReporter(null)) { Saver = (state, _) => saved?.Add(state.Batch) };
        loop.Run(stopped?.Token ?? default);
        updates = (int)loop.State.Optimizer.Step;
        return [.. plan.Parameters.SelectMany(p => p.Value.ToArray())];
    }

    private static (float[] Values, int[] Labels) Data(int count)
    {
        SeededRandom random = new(6);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % Classes)];
        return ([.. Enumerable.Range(0, count * Features)
            .Select(i => (float)random.NextGaussian() + (i % Features % Classes == labels[i / Features] ? 1 : 0))], labels);
    }

    /// <summary>Batches of another source; one of them, counted over all epochs, is not finite.</summary>
    private sealed class Poison(BatchSource inner, int step, Action? taken) : BatchSource
    {
        private int _step;

        public override TensorShape InputShape => inner.InputShape;

        public override int Classes => inner.Classes;

        public override int StepsPerEpoch => inner.StepsPerEpoch;

        public override void BeginEpoch(int epoch, int firstBatch = 0) => inner.BeginEpoch(epoch, firstBatch);

        public override bool Next(Span<float> input, Span<float> targets)
        {
            if (!inner.Next(input, targets))
                return false;
            if (_step++ == step)
                input[0] = float.NaN;
            taken?.Invoke();
            return true;
        }
    }
}
