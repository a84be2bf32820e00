using System.Globalization;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Schedules;

/// <summary>The built-in schedules by name, with the names, defaults and ranges of their parameters.</summary>
internal static class ScheduleCatalog
{
    private static readonly Entry[] Entries =
    [
        new("constant", [], _ => new ConstantSchedule()),
        new("cosine", [new("end-factor", 0, 0, 1)], v => new CosineSchedule { EndFactor = v[0] }),
        new("one-cycle", [new("rise-fraction", 0.3, 0.001, 0.999), new("start-divisor", 25, 1, 1e9), new("end-divisor", 1e4, 1, 1e12),
            new("low-momentum", 0.85, 0, 0.9999), new("high-momentum", 0.95, 0, 0.9999)],
            v => new OneCycleSchedule { RiseFraction = v[0], StartDivisor = v[1], EndDivisor = v[2], LowMomentum = v[3], HighMomentum = v[4] }),
        new("exponential", [new("decay-rate", 0.94, 1e-6, 1), new("epochs-per-decay", 1, 1e-3, 1e6), new("staircase", 0, 0, 1, Whole: true)],
            v => new ExponentialSchedule { DecayRate = v[0], EpochsPerDecay = v[1], Staircase = v[2] != 0 }),
        new("polynomial", [new("power", 1, 1e-3, 100), new("end-factor", 0, 0, 1)], v => new PolynomialSchedule { Power = v[0], EndFactor = v[1] }),
        new("step", [new("gamma", 0.1, 1e-6, 1), new("epochs-per-step", 0, 0, 100_000, Whole: true)],
            v => new StepSchedule { Gamma = v[0], EpochsPerStep = (int)v[1] }),
        new("plateau", [new("gamma", 0.3, 1e-6, 0.999), new("patience", 3, 0, 100_000, Whole: true), new("threshold", 1e-4, 0, 1)],
            v => new PlateauSchedule { Gamma = v[0], Patience = (int)v[1], Threshold = v[2] }),
    ];

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(e => e.Name)];

    /// <summary>Names of a schedule's parameters.</summary>
    public static IReadOnlyList<string> ParametersOf(string name) => [.. Array.Find(Entries, e => e.Name == name)!.Parameters.Select(p => p.Name)];

    /// <summary>A built-in schedule with other parameters.</summary>
    /// <exception cref="ArgumentException">There is no schedule, or parameters are unknown or out of range; all at once.</exception>
    public static LearningRateSchedule With(LearningRateSchedule? schedule, string parameters) => schedule is null
        ? throw new ArgumentException("expected --schedule beside it", nameof(parameters))
        : Create(schedule.ToString()!.Split(' ')[0], parameters);

    /// <summary>Makes a schedule from its name and "name=value,name=value".</summary>
    /// <exception cref="ArgumentException">An unknown name, or parameters that are unknown or out of range; all at once.</exception>
    public static LearningRateSchedule Create(string name, string? parameters)
    {
        Entry entry = Array.Find(Entries, e => e.Name == name)
            ?? throw new ArgumentException($"Schedule: expected one of {string.Join(", ", Names)}, received '{name}'.", nameof(name));
        double[] values = [.. entry.Parameters.Select(p => p.Default)];
        List<string> errors = [];
        foreach (string split in (parameters ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = split.Split('=', 2, StringSplitOptions.TrimEntries);
            int which = Array.FindIndex(entry.Parameters, p => p.Name == sides[0]);
            if (which < 0 || sides.Length < 2)
            {
                errors.Add(entry.Parameters.Length == 0 ? $"expected no parameters, received '{split}'"
                    : $"expected NAME=VALUE with a name of {string.Join(", ", entry.Parameters.Select(p => p.Name))}, received '{split}'");
                continue;
            }
            Parameter parameter = entry.Parameters[which];
            OptionForm form = parameter.Whole ? OptionForm.Whole((int)parameter.Low, (int)parameter.High) : OptionForm.Real(parameter.Low, parameter.High);
            if (form.TryRead(sides[1], out object? value, out string problem))
                values[which] = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            else
                errors.Add($"{parameter.Name}: {problem.TrimEnd('.')}");
        }
        return errors.Count == 0 ? entry.Create(values) : throw new ArgumentException($"Schedule {name}: {string.Join("; ", errors)}.", nameof(parameters));
    }

    private sealed record Entry(string Name, Parameter[] Parameters, Func<double[], LearningRateSchedule> Create);

    private sealed record Parameter(string Name, double Default, double Low, double High, bool Whole = false);
}
