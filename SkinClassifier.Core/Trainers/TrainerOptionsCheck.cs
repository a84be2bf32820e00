using System.Globalization;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers;

/// <summary>Finds all errors of trainer options at once: ranges from the table of options, and here what several options say together.</summary>
internal static class TrainerOptionsCheck
{
    /// <summary>Throws when any option is not allowed; the text lists every error.</summary>
    /// <exception cref="ArgumentException">At least one option is not allowed.</exception>
    public static void Check(ImageClassificationTrainerOptions options)
    {
        IReadOnlyList<string> errors = Errors(options, property => property);
        if (errors.Count > 0)
            throw new ArgumentException($"ImageClassificationTrainer: {errors.Count} option{(errors.Count == 1 ? " is" : "s are")} not usable. "
                + $"{string.Join("; ", errors)}.", nameof(options));
    }

    /// <summary>Refuses several processes where many short trainings run.</summary>
    /// <exception cref="ArgumentException">The options name several processes.</exception>
    public static void RefuseGroup(ImageClassificationTrainerOptions options, string where)
    {
        if (options.ProcessGroup is { Size: > 1 } group)
            throw new ArgumentException($"{where}: expected one process, received {group.Size}. Only a single training can be shared by processes.",
                nameof(options));
    }

    /// <summary>All errors, each as "name: expected …, received …" without a point at the end.</summary>
    /// <param name="o">The options.</param>
    /// <param name="nameOf">How a property is named in the messages.</param>
    public static IReadOnlyList<string> Errors(ImageClassificationTrainerOptions o, Func<string, string> nameOf)
    {
        List<string> errors = [];
        foreach (TrainerOptionLine line in TrainerOptionTable.All.Where(l => l.Property is not null))
            if (line.Get(o) is { } value && !line.Form.Accepts(value))
                errors.Add($"{nameOf(line.Property!)}: expected {line.Form.Allowed}, received {line.Form.Write(value)}");
        void Expect(bool good, string property, string expected, object? received)
        {
            if (!good)
                errors.Add($"{nameOf(property)}: expected {expected}, received {Convert.ToString(received, CultureInfo.InvariantCulture) ?? "nothing"}");
        }
        Expect(o.WeightsPath is null || o.Pretrained is null, nameof(o.WeightsPath), "none when Pretrained is given", o.WeightsPath);
        Expect(o.WeightsPath is null || File.Exists(o.WeightsPath), nameof(o.WeightsPath), "an existing ONNX file", o.WeightsPath);
        Expect(o.Decoder is not null, nameof(o.Decoder), "limits of the decoder", null);
        Expect(o.Decision is not null, nameof(o.Decision), "a target", null);
        Expect(o.Epoch is not 0 || o.FineTuneEpochs > 0, nameof(o.Epoch), $"1 to 100000, or 0 with {nameOf(nameof(o.FineTuneEpoch))}", o.Epoch);
        Expect(!(o.LabelSmoothing is > 0 and < 1) || o.Loss is LossKind.CrossEntropy or LossKind.Binary, nameof(o.LabelSmoothing), "0 with this loss",
            string.Create(CultureInfo.InvariantCulture, $"{o.LabelSmoothing} with {o.Loss}"));
        Expect(o.Balance != ClassBalance.LogitAdjustment || o.Loss is LossKind.CrossEntropy or LossKind.Focal, nameof(o.Balance),
            "logit adjustment only with cross-entropy or focal loss", o.Loss);
        Expect(
            o.SwaLearningRate is null || o.SwaFraction > 0, nameof(o.SwaLearningRate), $"{nameOf(nameof(o.SwaFraction))} above 0 beside it", o.SwaLearningRate);
        Expect(o.SkipEasy == 0 || (o.MixUp == 0 && o.CutMix == 0), nameof(o.SkipEasy),
            $"0 beside {nameOf(nameof(o.MixUp))} and {nameOf(nameof(o.CutMix))}, because a mixed image has no loss of its own", o.SkipEasy);
        Expect(o.EarlyStoppingCriteria is null or { Patience: >= 1 }, "EarlyStoppingCriteria.Patience", "1 or more", o.EarlyStoppingCriteria?.Patience);
        Expect(o.ProcessGroup is null or { Size: 1 or 2 or 4 or 8 }, nameof(o.ProcessGroup), "1, 2, 4 or 8 processes", o.ProcessGroup?.Size);
        Expect(!(o.ProcessGroup is { Size: 2 or 4 or 8 } group && o.BatchSize % group.Size > 0), nameof(o.BatchSize),
            $"a multiple of the {o.ProcessGroup?.Size} processes", o.BatchSize);
        Expect(!o.Resume || o.CheckpointPath is not null, nameof(o.Resume), "a CheckpointPath with it", null);
        string[] inTable = [.. TrainerOptionTable.All.Select(l => l.Property ?? "").Where(p => p.StartsWith("Policy.", StringComparison.Ordinal))];
        foreach (string error in o.Policy?.Errors() ?? [])
            if (!inTable.Contains($"Policy.{error.Split(':')[0]}"))
                errors.Add($"{nameOf(nameof(o.Policy))}.{error}");
        return errors;
    }
}
