using System.Globalization;

namespace SkinClassifier.Trainers.Schedules;

/// <content>The built-in schedules. The names and ranges of their parameters are those of <see cref="FromName"/>.</content>
public abstract partial class LearningRateSchedule
{
    /// <summary>The learning rate stays as it is.</summary>
    public static LearningRateSchedule Constant() => new ConstantSchedule();

    /// <summary>
    /// Half a cosine from 1 down to e = <paramref name="endFactor"/>: e + (1 − e)·(1 + cos(π·step/total))/2. Loshchilov and Hutter, SGDR, 2017.
    /// Same numbers as torch.optim.lr_scheduler.CosineAnnealingLR with T_max = total steps.
    /// </summary>
    /// <param name="endFactor">Factor at the end, 0 to 1.</param>
    /// <exception cref="ArgumentException">The value is out of its range.</exception>
    public static LearningRateSchedule Cosine(double endFactor = 0) => Create("cosine", ("end-factor", endFactor));

    /// <summary>
    /// Up from 1/<paramref name="startDivisor"/> to 1, then down to 1/(startDivisor·<paramref name="endDivisor"/>), both along half a cosine; momentum
    /// the other way round. Smith, Super-Convergence, 2018. Same numbers as torch.optim.lr_scheduler.OneCycleLR.
    /// </summary>
    /// <param name="riseFraction">Fraction of all steps in which the rate rises, 0.001 to 0.999.</param>
    /// <param name="startDivisor">The rate starts at 1/this; at least 1.</param>
    /// <param name="endDivisor">The rate ends at the start rate divided by this; at least 1.</param>
    /// <param name="lowMomentum">Momentum where the rate is highest, 0 to 0.9999.</param>
    /// <param name="highMomentum">Momentum at both ends, 0 to 0.9999.</param>
    /// <exception cref="ArgumentException">Values are out of their ranges; all at once.</exception>
    public static LearningRateSchedule OneCycle(
        double riseFraction = 0.3, double startDivisor = 25, double endDivisor = 1e4, double lowMomentum = 0.85, double highMomentum = 0.95) =>
        Create("one-cycle", ("rise-fraction", riseFraction), ("start-divisor", startDivisor), ("end-divisor", endDivisor),
            ("low-momentum", lowMomentum), ("high-momentum", highMomentum));

    /// <summary>
    /// r^(epoch/n) with r = <paramref name="decayRate"/> and n = <paramref name="epochsPerDecay"/> (ML.NET's ExponentialLRDecay; staircase with one
    /// epoch = torch.optim.lr_scheduler.ExponentialLR).
    /// </summary>
    /// <param name="decayRate">Factor of each decay, above 0 to 1.</param>
    /// <param name="epochsPerDecay">Epochs of one decay, at least 0.001.</param>
    /// <param name="staircase">Whether the exponent is rounded down, so that the rate falls in steps.</param>
    /// <exception cref="ArgumentException">Values are out of their ranges; all at once.</exception>
    public static LearningRateSchedule Exponential(double decayRate = 0.94, double epochsPerDecay = 1, bool staircase = false) =>
        Create("exponential", ("decay-rate", decayRate), ("epochs-per-decay", epochsPerDecay), ("staircase", staircase ? 1 : 0));

    /// <summary>From 1 down to e = <paramref name="endFactor"/>: e + (1 − e)·(1 − step/total)^p, p = <paramref name="power"/>.</summary>
    /// <param name="power">The exponent; 1 is a straight line. 0.001 to 100.</param>
    /// <param name="endFactor">Factor at the end, 0 to 1.</param>
    /// <exception cref="ArgumentException">Values are out of their ranges; all at once.</exception>
    public static LearningRateSchedule Polynomial(double power = 1, double endFactor = 0) =>
        Create("polynomial", ("power", power), ("end-factor", endFactor));

    /// <summary>Multiplied with <paramref name="gamma"/> every <paramref name="epochsPerStep"/> epochs (torch.optim.lr_scheduler.StepLR).</summary>
    /// <param name="gamma">Factor of each step, above 0 to 1.</param>
    /// <param name="epochsPerStep">Epochs of one step; 0: a third of the phase.</param>
    /// <exception cref="ArgumentException">Values are out of their ranges; all at once.</exception>
    public static LearningRateSchedule Step(double gamma = 0.1, int epochsPerStep = 0) =>
        Create("step", ("gamma", gamma), ("epochs-per-step", epochsPerStep));

    /// <summary>
    /// Multiplied with <paramref name="gamma"/> whenever the validation loss has not fallen for more than <paramref name="patience"/> epochs
    /// (torch.optim.lr_scheduler.ReduceLROnPlateau).
    /// </summary>
    /// <param name="gamma">Factor of each reduction, above 0 to 0.999.</param>
    /// <param name="patience">Epochs without improvement that are tolerated, at least 0.</param>
    /// <param name="threshold">Relative improvement that counts, 0 to 1.</param>
    /// <exception cref="ArgumentException">Values are out of their ranges; all at once.</exception>
    public static LearningRateSchedule Plateau(double gamma = 0.3, int patience = 3, double threshold = 1e-4) =>
        Create("plateau", ("gamma", gamma), ("patience", patience), ("threshold", threshold));

    /// <summary>Rises in a straight line over the first epochs, (step + 1)/warm-up steps, then follows another schedule for what remains.</summary>
    /// <param name="epochs">Length of the rise in epochs, fractions allowed; at least 0.</param>
    /// <param name="then">What follows; null: <see cref="Cosine"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is negative or not finite.</exception>
    public static LearningRateSchedule Warmup(double epochs = 1, LearningRateSchedule? then = null) => double.IsFinite(epochs) && epochs >= 0
        ? new WarmupSchedule { Epochs = epochs, Then = then ?? new CosineSchedule() }
        : throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "warm-up epochs: expected a number that is 0 or more.");

    private static LearningRateSchedule Create(string name, params ReadOnlySpan<(string Name, double Value)> parameters)
    {
        List<string> texts = [];
        foreach ((string parameter, double value) in parameters)
            texts.Add(string.Create(CultureInfo.InvariantCulture, $"{parameter}={value:R}"));
        return ScheduleCatalog.Create(name, string.Join(',', texts));
    }
}
