using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Tests.Trainers;

public sealed class TrainingLoopTests
{
    private const int Features = 6, Classes = 3, Count = 60;

    [Test]
    public void The_best_epoch_is_restored_and_patience_ends_the_phase()
    {
        double[] losses = [3, 1, 2, 4, 5];
        using Setup setup = new(new() { Patience = 3 });
        List<float[]> seen = [];
        TrainingLoop loop = setup.Phase(() =>
        {
            seen.Add(setup.Weights());
            return new ValidationMetrics(losses[seen.Count - 1], 0, 0, losses[seen.Count - 1]);
        });
        Assert.That(loop.Run(default), Is.True);
        Assert.That((seen.Count, loop.State.Best.Epoch), Is.EqualTo((5, 2)));
        Assert.That(setup.Weights(), Is.EqualTo(seen[1]));
        Assert.That(loop.State.History.Select(h => h.ValidationLoss), Is.EqualTo(losses));
    }

    [Test]
    public void A_metric_that_is_undefined_is_said_once_and_ends_nothing()
    {
        List<TrainingMetrics> reports = [];
        double[] losses = [3, 1, 2, 4, 5, 6];
        using Setup setup = new(new() { Metric = "macroAuc", Patience = 1 }, epochs: 6, callback: reports.Add);
        List<float[]> seen = [];
        TrainingLoop loop = setup.Phase(() =>
        {
            seen.Add(setup.Weights());
            // Raw scores of a validation set with one class.
            ValidationMetrics one = ValidationMetrics.Of(
                new SoftmaxCrossEntropy(), new float[2 * Classes], [1, 1], Classes, [], SkinClassifier.Metrics.MetricCatalog.Find("macroAuc"));
            Assert.That((one.Watched, one.IsUndefined), Is.EqualTo(((double?)double.NaN, true)));
            return one with { Loss = losses[seen.Count - 1] };
        });
        Assert.That(loop.Run(default), Is.True);
        Assert.That((seen.Count, loop.State.Best.Epoch), Is.EqualTo((6, 2)));
        Assert.That(setup.Weights(), Is.EqualTo(seen[1]));
        Assert.That(setup.Reporter.Warnings.Single(), Does.StartWith("macroAuc is undefined for the validation set").And.Contain("validation loss"));
        Assert.That(reports.Where(r => r.Kind == TrainingMetricsKind.Epoch).Select(r => (r.Watched, r.IsBest)),
            Is.EqualTo(new[] { true, true, false, false, false, false }.Select(b => ((double?)null, b))));
    }

    [Test]
    public void A_phase_that_only_makes_things_worse_gives_the_starting_weights_back()
    {
        using Setup setup = new(new() { Patience = 2 });
        float[] start = setup.Weights();
        TrainingLoop loop = setup.Phase(() => new ValidationMetrics(9, 0, 0, 9));
        loop.Start(new ValidationMetrics(0.5, 0, 0, 0.5));
        loop.Run(default);
        Assert.That((loop.State.Best.Epoch, loop.State.History.Count), Is.EqualTo((0, 2)));
        Assert.That(setup.Weights(), Is.EqualTo(start));
    }

    [Test]
    public void Where_too_few_images_choose_the_last_epoch_is_kept_and_none_is_called_best()
    {
        List<TrainingMetrics> reports = [];
        using Setup setup = new(new() { Patience = 1 }, epochs: 4, callback: reports.Add);
        List<float[]> seen = [];
        TrainingLoop loop = setup.Phase(() =>
        {
            seen.Add(setup.Weights());
            return new ValidationMetrics(seen.Count, 0, 0, null);
        });
        loop.Start(null);
        loop.Run(default);
        Assert.That((seen.Count, loop.State.Best.Epoch), Is.EqualTo((4, 4)));
        Assert.That(setup.Weights(), Is.EqualTo(seen[3]));
        TrainingMetrics[] epochs = [.. reports.Where(r => r.Kind == TrainingMetricsKind.Epoch)];
        Assert.That(epochs.Select(r => (r.ValidationLoss, r.IsBest)), Is.EqualTo(new[] { (1.0, false), (2, false), (3, false), (4, false) }));
    }

    [Test]
    public void Cancelled_in_the_first_epoch_the_weights_of_a_finished_phase_come_back()
    {
        using CancellationTokenSource stop = new();
        using Setup setup = new(null);
        float[] start = setup.Weights();
        setup.Source.Taken = stop.Cancel;
        TrainingLoop loop = setup.Phase(null);
        loop.Start(null);
        Assert.That(loop.Run(stop.Token), Is.False);
        Assert.That(setup.Weights(), Is.EqualTo(start));
    }

    [Test]
    public void Cancelling_stops_after_the_step_and_keeps_the_best_epoch()
    {
        using CancellationTokenSource stop = new();
        using Setup setup = new(null);
        float[] best = [];
        int steps = 0;
        setup.Source.Taken = () =>
        {
            if (++steps == setup.Source.StepsPerEpoch + 2)
                stop.Cancel();
        };
        TrainingLoop loop = setup.Phase(() =>
        {
            best = setup.Weights();
            return new ValidationMetrics(1, 0, 0, 1);
        });
        Assert.That(loop.Run(stop.Token), Is.False);
        Assert.That((steps, loop.State.Best.Epoch), Is.EqualTo((setup.Source.StepsPerEpoch + 2, 1)));
        Assert.That(setup.Weights(), Is.EqualTo(best));
    }

    [Test]
    public void Cancelled_in_the_first_epoch_what_was_trained_so_far_is_kept()
    {
        using CancellationTokenSource stop = new();
        using Setup setup = new(null);
        float[] start = setup.Weights();
        setup.Source.Taken = stop.Cancel;
        Assert.That(setup.Phase(() => default).Run(stop.Token), Is.False);
        Assert.That(setup.Weights(), Is.Not.EqualTo(start));
    }

    [Test]
    public void A_step_that_is_not_finite_is_skipped_reported_and_halves_the_rate()
    {
        using Setup setup = new(null, epochs: 1);
        setup.Source.PoisonedSteps = [2];
        TrainingLoop loop = setup.Phase(null);
        loop.Run(default);
        Assert.That(setup.Reporter.Warnings,
            Has.Count.EqualTo(1).And.All.Contains("Epoch 1, step 3: the loss is not finite. The step is skipped and the learning rate halved."));
        Assert.That((loop.State.BadSteps.RateFactor, loop.State.BadSteps.Count, loop.State.Optimizer.Step),
            Is.EqualTo((0.5, 1, setup.Source.StepsPerEpoch - 1)));
        Assert.That(setup.Weights(), Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Running_statistics_survive_a_step_that_is_not_finite()
    {
        Backbone backbone = TestNetworks.Small();
        ClassifierHead head = new(16, [], Classes, 1);
        Graph network = NetworkAssembly.WithHead(
            NetworkAssembly.FeatureGraph(backbone.Graph, backbone.FeatureTensor, backbone.Normalization, 16, 16), head.TrainingGraph(0));
        TestBatches source = new(8, new TensorShape(4, 3, 16, 16)) { PoisonedSteps = [1] };
        using TrainingPlan plan = TrainingPlan.Create(network, source.InputShape);
        ProgressReporter reporter = new(null);
        new TrainingLoop(plan, source, Setup.Settings(1, null), null, reporter).Run(default);
        Assert.That(reporter.Warnings, Has.Count.EqualTo(1));
        foreach (Parameter parameter in plan.Parameters)
            Assert.That(parameter.Value.ToArray(), Is.All.Matches<float>(float.IsFinite), parameter.Name);
    }

    [Test]
    public void When_nothing_is_finite_any_more_the_best_weights_come_back_and_the_phase_ends()
    {
        using Setup setup = new(null, epochs: 50);
        float[] first = [];
        setup.Source.PoisonedSteps = [.. Enumerable.Range(setup.Source.StepsPerEpoch, 1000)];
        TrainingLoop loop = setup.Phase(() =>
        {
            first = first.Length == 0 ? setup.Weights() : first;
            return new ValidationMetrics(1, 0, 0, 1);
        });
        loop.Run(default);
        Assert.That(loop.State.BadSteps.Count, Is.EqualTo(30));
        Assert.That(setup.Reporter.Warnings, Has.Count.EqualTo(31).And.Some.Contains("training ended early"));
        Assert.That(setup.Weights(), Is.EqualTo(first));
    }

    [Test]
    public void The_longest_gradient_is_cut_to_its_limit()
    {
        using Setup setup = new(null, epochs: 1, adjust: s =>
            s with
            {
                Options = s.Options with { Momentum = 0, MaxGradientNorm = 1e-3 },
                Optimizer = OptimizerKind.Sgd,
                LearningRate = 1,
                Scheduler = new ConstantSchedule()
            });
        setup.Source.Limit = 1;
        float[] start = setup.Weights();
        setup.Phase(null).Run(default);
        double moved = Math.Sqrt(setup.Weights().Zip(start, (a, b) => Math.Pow(a - b, 2)).Sum());
        Assert.That(moved, Is.EqualTo(1e-3).Within(1e-6));
    }

    [Test]
    public void A_schedule_moves_the_momentum_of_an_optimizer_that_has_one([Values(0, 0.9f)] float momentum)
    {
        OneCycleSchedule schedule = new() { RiseFraction = 0.5, LowMomentum = 0, HighMomentum = 0.8 };
        using Setup setup =
            new(null, epochs: 4, adjust: s => s with { Options = s.Options with { Momentum = momentum }, Optimizer = OptimizerKind.Sgd, Scheduler = schedule });
        List<float> seen = [];
        TrainingLoop? loop = null;
        loop = setup.Phase(null, _ => seen.Add(loop!.State.Optimizer.Momentum));
        loop.Run(default);
        Assert.That(seen, Does.Contain(0).And.All.InRange(0, 0.8f), "falls to zero at the top");
        Assert.That(seen[^1], Is.EqualTo(momentum > 0 ? 0.8f : 0).Within(1e-6), "and comes back, where there was any");
    }

    [Test]
    public void The_moving_average_is_what_is_validated_and_kept()
    {
        using Setup setup = new(null, epochs: 2, adjust: s => s with { EmaDecay = 0.9 });
        List<float[]> validated = [];
        TrainingLoop loop = setup.Phase(() =>
        {
            validated.Add(setup.Weights());
            return new ValidationMetrics(2 - validated.Count, 0, 0, 2 - validated.Count);
        });
        loop.Run(default);
        Assert.That(setup.Weights(), Is.EqualTo(validated[1]));
        Assert.That(loop.State.Ema!.Values.SelectMany(v => v), Is.EqualTo(validated[1]));
    }

    [Test]
    public void The_moving_average_of_ragged_lengths_follows_its_formula([Values(1, 7, 16, 33)] int length)
    {
        float[] average = [.. Enumerable.Range(0, length).Select(i => (float)i)], current = [.. Enumerable.Range(0, length).Select(i => i * 3f + 1)];
        ExponentialAverage.Update(average, current, 0.75f);
        Assert.That(average, Is.EqualTo(Enumerable.Range(0, length).Select(i => i + (2 * i + 1) * 0.25f)).Within(1e-5f));
    }

    /// <summary>Examples with a fixed random feature vector per index; some steps give NaN.</summary>
    private sealed class TestBatches(int batch, TensorShape? shape = null) : BatchSource
    {
        private readonly SeededRandom _random = new(4);
        private int _step, _inEpoch;

        public override TensorShape InputShape { get; } = shape ?? new TensorShape(batch, Features);

        public override int Classes => TrainingLoopTests.Classes;

        public override int StepsPerEpoch => Limit ?? Count / batch;

        public int? Limit { get; set; }

        public int[] PoisonedSteps { get; set; } = [];

        public Action? Taken { get; set; }

        public override void BeginEpoch(int epoch, int firstBatch = 0) => _inEpoch = firstBatch;

        public override bool Next(Span<float> input, Span<float> targets)
        {
            if (_inEpoch++ >= StepsPerEpoch)
                return false;
            targets.Clear();
            int width = input.Length / BatchSize;
            for (int i = 0; i < BatchSize; i++)
            {
                int label = _random.NextInt32(Classes);
                targets[i * Classes + label] = 1;
                for (int f = 0; f < width; f++)
                    input[i * width + f] = (float)_random.NextGaussian() + (f % Classes == label ? 2 : 0);
            }
            if (PoisonedSteps.Contains(_step++))
                input[0] = float.NaN;
            Taken?.Invoke();
            return true;
        }
    }

    private sealed class Setup : IDisposable
    {
        private readonly ClassifierHead _head = new(Features, [5], Classes, 1);
        private readonly TrainingPlan _plan;
        private readonly PhaseSettings _settings;

        public Setup(EarlyStopping? stopping, int epochs = 20, Func<PhaseSettings, PhaseSettings>? adjust = null, Action<TrainingMetrics>? callback = null)
        {
            _plan = TrainingPlan.Create(_head.TrainingGraph(0.1), Source.InputShape);
            _settings = Settings(epochs, stopping);
            Reporter = new ProgressReporter(callback);
            _settings = adjust?.Invoke(_settings) ?? _settings;
        }

        public TestBatches Source { get; } = new(10);

        public ProgressReporter Reporter { get; }

        public static PhaseSettings Settings(int epochs, EarlyStopping? stopping) => new()
        {
            Phase = "head",
            Epochs = epochs,
            Loss = new SoftmaxCrossEntropy(),
            LearningRate = 0.01,
            Scheduler = new CosineSchedule(),
            Options = new() { EarlyStoppingCriteria = stopping },
        };

        public TrainingLoop Phase(Func<ValidationMetrics>? validate, Action<double>? stepTaken = null) =>
            new(_plan, Source, _settings, validate is null ? null : _ => validate(), Reporter) { StepTaken = stepTaken };

        public float[] Weights() => [.. _plan.Parameters.SelectMany(p => p.Value.ToArray())];

        public void Dispose() => _plan.Dispose();
    }
}
