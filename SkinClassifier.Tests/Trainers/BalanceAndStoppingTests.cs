using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Checkpoints;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Tests.Trainers;

public sealed class BalanceAndStoppingTests
{
    [Test]
    public void Class_weights_follow_their_formulas()
    {
        int[] counts = [10, 40, 0, 50];
        Assert.Multiple(() =>
        {
            Assert.That(ClassWeights.Compute(ClassBalance.None, counts), Is.EqualTo(new float[] { 1, 1, 1, 1 }));
            Assert.That(ClassWeights.Compute(ClassBalance.Weights, counts), Is.EqualTo(new float[] { 2.5f, 0.625f, 25, 0.5f }).Within(1e-6f));
            Assert.That(ClassWeights.Compute(ClassBalance.SqrtWeights, counts),
                Is.EqualTo(new[] { MathF.Sqrt(2.5f), MathF.Sqrt(0.625f), 5, MathF.Sqrt(0.5f) }).Within(1e-6f));
            Assert.That(ClassWeights.Compute(ClassBalance.Oversample, counts), Is.EqualTo(new float[] { 1, 1, 1, 1 }));
        });
        Assert.That(ClassWeights.Offsets(ClassBalance.LogitAdjustment, counts),
            Is.EqualTo(new[] { MathF.Log(10 / 101f), MathF.Log(40 / 101f), MathF.Log(1 / 101f), MathF.Log(50 / 101f) }).Within(1e-6f));
        Assert.That(ClassWeights.Offsets(ClassBalance.Weights, counts), Is.Empty);
        float[] effective = ClassWeights.Compute(ClassBalance.EffectiveNumber, counts);
        Assert.That(effective.Sum(), Is.EqualTo(4).Within(1e-5));
        Assert.That(effective[0] / effective[1], Is.EqualTo((1 - Math.Pow(0.9999, 40)) / (1 - Math.Pow(0.9999, 10))).Within(1e-5));
    }

    [Test]
    public void The_best_epoch_is_the_one_with_the_lowest_loss_and_patience_counts_from_there()
    {
        EarlyStoppingTracker tracker = new(new EarlyStopping { Patience = 2 });
        double[] losses = [double.NaN, 3, 2, 2.5, 2.1];
        bool[] best = [.. losses.Select(l => tracker.Observe(l))];
        Assert.That(best, Is.EqualTo(new[] { true, true, true, false, false }));
        Assert.That((tracker.BestEpoch, tracker.BestValue, tracker.ShouldStop), Is.EqualTo((2, 2.0, true)));
    }

    [Test]
    public void Epochs_without_a_value_are_compared_by_their_loss_and_never_stop()
    {
        EarlyStoppingTracker tracker = new(new EarlyStopping { Metric = "macroAuc", Patience = 1 });
        bool[] best = [.. new[] { 3.0, 2, 2.5, 1, 1, 4 }.Select(loss => tracker.Observe(double.NaN, loss))];
        Assert.That(best, Is.EqualTo(new[] { true, true, false, true, false, false }));
        Assert.That((tracker.BestEpoch, tracker.BestLoss, tracker.ShouldStop), Is.EqualTo((3, 1.0, false)));
        Assert.That(tracker.Observe(0.6, 9), Is.True, "a value is better than none");
        Assert.That(tracker.Observe(double.NaN, 0.1), Is.False);
        Assert.That(tracker.ShouldStop, Is.False);
        Assert.That(tracker.Observe(0.5, 0.1), Is.False);
        Assert.That((tracker.BestEpoch, tracker.Waited, tracker.ShouldStop), Is.EqualTo((6, 1, true)));
        EarlyStoppingTracker again = new(new EarlyStopping { Metric = "macroAuc", Patience = 1 });
        using MemoryStream checkpoint = new();
        tracker.Exchange(new BinaryExchange(new BinaryWriter(checkpoint)));
        checkpoint.Position = 0;
        again.Exchange(new BinaryExchange(new BinaryReader(checkpoint)));
        Assert.That(again.ShouldStop, Is.True);
    }

    [Test]
    public void Diverged_epochs_go_on_counting()
    {
        EarlyStoppingTracker tracker = new(new EarlyStopping { Metric = "macroAuc", Patience = 2 });
        tracker.Observe(0.7, 1);
        tracker.Observe(double.NaN, double.NaN);
        tracker.Observe(double.NaN, double.PositiveInfinity);
        Assert.That((tracker.BestEpoch, tracker.ShouldStop), Is.EqualTo((0, true)));
    }

    [Test]
    public void Improvement_below_the_minimum_does_not_count_and_no_criteria_never_stop()
    {
        EarlyStoppingTracker strict = new(new EarlyStopping { Metric = "macroAccuracy", MinDelta = 0.05, Patience = 1 }), free = new(null);
        Assert.That(strict.Observe(0.5), Is.True);
        Assert.That(strict.Observe(0.54), Is.False);
        Assert.That(strict.ShouldStop, Is.True);
        for (int i = 0; i < 100; i++)
            free.Observe(i);
        Assert.That((free.BestEpoch, free.ShouldStop), Is.EqualTo((0, false)));
    }
}
