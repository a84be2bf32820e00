using System.Text.Json;
using SkinClassifier.Trainers.Schedules;
using static SkinClassifier.Tests.Trainers.TorchNumbers;

namespace SkinClassifier.Tests.Trainers;

public sealed class ScheduleTests
{
    [TestCaseSource(typeof(TorchNumbers), nameof(Schedules))]
    public void Factors_equal_PyTorch(JsonElement recorded)
    {
        LearningRateSchedule schedule = Text(recorded, "name") switch
        {
            "cosine" => new CosineSchedule(),
            "one-cycle" or "one-cycle long" => new OneCycleSchedule(),
            "polynomial" => new PolynomialSchedule { Power = 2 },
            "exponential staircase" => new ExponentialSchedule { Staircase = true },
            "step" => new StepSchedule { EpochsPerStep = 2 },
            "plateau" => new PlateauSchedule(),
            "cosine to a tenth" => LearningRateSchedule.FromName("cosine", "end-factor=0.1"),
            "step gamma" => LearningRateSchedule.FromName("step", "gamma=0.5, epochs-per-step=1"),
            "exponential rate" => LearningRateSchedule.FromName("exponential", "decay-rate=0.8,staircase=1"),
            "one-cycle parameters" =>
                LearningRateSchedule.FromName("one-cycle", "rise-fraction=0.2,start-divisor=10,end-divisor=100,low-momentum=0.8,high-momentum=0.9"),
            "warm-up" => new WarmupSchedule { Epochs = 1, Then = LearningRateSchedule.FromName("cosine") },
            "constant" => LearningRateSchedule.FromName("constant", ""),
            string other => throw new ArgumentException(other),
        };
        double[] factors = [.. Floats(recorded, "factors").Select(f => (double)f)], momenta = [.. Floats(recorded, "momenta").Select(m => (double)m)],
            losses = [.. recorded.GetProperty("losses").EnumerateArray().Select(l => l.GetDouble())];
        for (int step = 0; step < factors.Length; step++)
        {
            ScheduleStep at = new(step, (long)Number(recorded, "perEpoch"), (long)Number(recorded, "total"), losses.Length == 0 ? [] : losses[..step]);
            Assert.That(schedule.Factor(at), Is.EqualTo(factors[step]).Within(1e-6), $"step {step}");
            Assert.That(schedule.Momentum(at) ?? 0.9, Is.EqualTo(momenta[step]).Within(1e-6), $"step {step}");
        }
    }

    [Test]
    public void Warm_up_rises_in_a_straight_line_and_then_runs_the_whole_inner_schedule()
    {
        WarmupSchedule schedule = new() { Epochs = 0.5, Then = new CosineSchedule() };
        double[] factors = [.. Enumerable.Range(0, 30).Select(s => schedule.Factor(new ScheduleStep(s, 10, 30, [])))];
        Assert.That(factors[..5], Is.EqualTo(new[] { 0.2, 0.4, 0.6, 0.8, 1.0 }).Within(1e-12));
        Assert.That(factors[5], Is.EqualTo(1).Within(1e-12));
        Assert.That(factors[29], Is.EqualTo((1 + Math.Cos(Math.PI * 24 / 25)) / 2).Within(1e-12));
        Assert.That(new WarmupSchedule { Epochs = 0 }.Factor(new ScheduleStep(7, 10, 30, [])),
            Is.EqualTo(new CosineSchedule().Factor(new ScheduleStep(7, 10, 30, []))));
    }

    [Test]
    public void Warm_up_leaves_momentum_to_what_follows_and_others_do_not_touch_it()
    {
        OneCycleSchedule inner = new() { LowMomentum = 0.8, HighMomentum = 0.9 };
        WarmupSchedule schedule = new() { Epochs = 0.5, Then = inner };
        Assert.That(Enumerable.Range(0, 5).Select(s => schedule.Momentum(new ScheduleStep(s, 10, 30, []))), Is.All.EqualTo(0.9).Within(1e-12));
        Assert.That(schedule.Momentum(new ScheduleStep(17, 10, 30, [])), Is.EqualTo(inner.Momentum(new ScheduleStep(12, 10, 25, []))));
        Assert.That(new CosineSchedule().Momentum(new ScheduleStep(3, 10, 30, [])), Is.Null);
    }

    [Test]
    public void Smooth_exponential_passes_through_the_staircase()
    {
        ExponentialSchedule smooth = new(), stairs = new() { Staircase = true };
        for (int step = 0; step < 50; step++)
        {
            ScheduleStep at = new(step, 5, 50, []);
            Assert.That(smooth.Factor(at), step % 5 == 0 ? Is.EqualTo(stairs.Factor(at)).Within(1e-12) : Is.LessThan(stairs.Factor(at)));
        }
    }

    [Test]
    public void Every_name_makes_a_schedule_whose_factors_are_finite_even_for_a_single_step(
        [ValueSource(typeof(LearningRateSchedule), nameof(LearningRateSchedule.Names))] string name)
    {
        LearningRateSchedule schedule = LearningRateSchedule.FromName(name);
        foreach ((long step, long total) in new[] { (0L, 1L), (1L, 1L), (0L, 2L), (1L, 2L), (5L, 3L), (2L, 3L) })
            Assert.That(schedule.Factor(new ScheduleStep(step, 1, total, [])), Is.InRange(0, 1), $"step {step} of {total}");
    }

    [Test]
    public void All_errors_of_parameters_are_told_at_once() =>
        Assert.That(() => LearningRateSchedule.FromName("one-cycle", "rise-fraction=2,peak=3,end-divisor"),
            Throws.ArgumentException.With.Message.Contains("rise-fraction: expected 0.001 to 0.999, received 2")
            .And.Message.Contains("a name of rise-fraction, start-divisor, end-divisor, low-momentum, high-momentum, received 'peak=3'")
            .And.Message.Contains("received 'end-divisor'"));

    [TestCase("cosine", "end-factor=0.25")]
    [TestCase("one-cycle", "rise-fraction=0.4,start-divisor=9,end-divisor=77,low-momentum=0.8,high-momentum=0.9")]
    [TestCase("exponential", "decay-rate=0.5,epochs-per-decay=2,staircase=1")]
    [TestCase("polynomial", "power=2,end-factor=0.5")]
    [TestCase("step", "gamma=0.3,epochs-per-step=4")]
    [TestCase("plateau", "gamma=0.2,patience=7,threshold=0.01")]
    public void The_text_of_a_schedule_holds_every_parameter(string name, string parameters)
    {
        string text = LearningRateSchedule.FromName(name, parameters).ToString();
        Assert.That(text, Is.EqualTo($"{name} ({parameters.Replace("=", " ").Replace(",", ", ")})"));
        Assert.That(new WarmupSchedule { Epochs = 0.5, Then = LearningRateSchedule.FromName(name, parameters) }.ToString(),
            Is.EqualTo($"warm-up (epochs 0.5), then {text}"));
        Assert.That(LearningRateSchedule.FromName(name).ToString(), Is.Not.EqualTo(text));
    }

    [Test]
    public void Methods_make_the_same_schedules_as_the_names()
    {
        Assert.That(LearningRateSchedule.Constant().ToString(), Is.EqualTo("constant"));
        foreach ((LearningRateSchedule made, string name) in new[]
        {
            (LearningRateSchedule.Cosine(), "cosine"), (LearningRateSchedule.OneCycle(), "one-cycle"), (LearningRateSchedule.Exponential(), "exponential"),
            (LearningRateSchedule.Polynomial(), "polynomial"), (LearningRateSchedule.Step(), "step"), (LearningRateSchedule.Plateau(), "plateau"),
        })
            Assert.That(made.ToString(), Is.EqualTo(LearningRateSchedule.FromName(name).ToString()), name);
        Assert.That(LearningRateSchedule.OneCycle(0.2, 10, 100, 0.8, 0.9).ToString(),
            Is.EqualTo("one-cycle (rise-fraction 0.2, start-divisor 10, end-divisor 100, low-momentum 0.8, high-momentum 0.9)"));
        Assert.That(LearningRateSchedule.Exponential(0.5, 2, staircase: true).ToString(),
            Is.EqualTo("exponential (decay-rate 0.5, epochs-per-decay 2, staircase 1)"));
        Assert.That(LearningRateSchedule.Polynomial(2, 0.5).ToString(), Is.EqualTo("polynomial (power 2, end-factor 0.5)"));
        Assert.That(LearningRateSchedule.Step(0.3, 4).ToString(), Is.EqualTo("step (gamma 0.3, epochs-per-step 4)"));
        Assert.That(LearningRateSchedule.Plateau(0.2, 7, 1e-5).ToString(), Is.EqualTo("plateau (gamma 0.2, patience 7, threshold 1E-05)"));
        Assert.That(LearningRateSchedule.Warmup(2, LearningRateSchedule.Constant()).ToString(), Is.EqualTo("warm-up (epochs 2), then constant"));
        Assert.That(LearningRateSchedule.Warmup().ToString(), Is.EqualTo("warm-up (epochs 1), then cosine (end-factor 0)"));
    }

    [Test]
    public void Methods_refuse_what_is_out_of_range()
    {
        Assert.That(() => LearningRateSchedule.OneCycle(2, 0.5), Throws.ArgumentException
            .With.Message.Contains("rise-fraction: expected 0.001 to 0.999, received 2")
            .And.Message.Contains("start-divisor: expected 1 to 1000000000, received 0.5"));
        Assert.That(() => LearningRateSchedule.Cosine(double.NaN), Throws.ArgumentException.With.Message.Contains("end-factor"));
        Assert.That(() => LearningRateSchedule.Warmup(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.Warmup(double.PositiveInfinity), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void An_unknown_name_lists_the_known_ones() =>
        Assert.That(() => LearningRateSchedule.FromName("linear"),
            Throws.ArgumentException.With.Message.Contains("constant, cosine, one-cycle, exponential, polynomial, step, plateau")
                .And.Message.Contains("'linear'"));
}
