using SkinClassifier.Imaging;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>The trainer's options of a run.</summary>
internal static class TrainerSetup
{
    /// <summary>The line of --hidden.</summary>
    public static OptionLine Hidden { get; } = TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.HiddenUnits));

    /// <summary>The line of --decide.</summary>
    public static OptionLine Decide { get; } = TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Decision));

    /// <summary>The limits of --max-pixels.</summary>
    public static DecoderOptions Decoder(OptionValues values) => new() { MaxPixels = values.Get<long>(TrainerOptionTable.Of("DecoderOptions.MaxPixels")) };

    /// <summary>The options that are given; the others are open.</summary>
    /// <param name="values">What is given.</param>
    /// <param name="backbone">The network.</param>
    /// <exception cref="UsageException">Values that do not fit; all at once.</exception>
    /// <exception cref="InputException">A file is not there.</exception>
    public static ImageClassificationTrainerOptions Read(OptionValues values, BackboneChoice backbone)
    {
        foreach (OptionLine line in RunOptionTable.All)
            if (line.Form.FileContent is { } content && values.IsGiven(line) && !File.Exists(values.Get<string>(line)))
                throw new InputException($"{line.Flag}: {values.Get<string>(line)}: expected {content}, found no such file.");
        List<string> errors = [];
        ImageClassificationTrainerOptions options = Apply(backbone.Apply(new()), values, errors, withFiles: true);
        options = values.Get<string>(RunOptionTable.Head) switch
        {
            "linear" => options with { HiddenUnits = [] },
            "mlp" => options with { HiddenUnits = options.HiddenUnits ?? [DefaultRecipe.UsualHiddenWidth] },
            _ => options,
        };
        errors.AddRange(ErrorsWith(backbone, values));
        return Checked(options, errors);
    }

    /// <summary>The options, when they are without errors.</summary>
    /// <exception cref="UsageException">Options that the trainer does not take; all at once.</exception>
    public static ImageClassificationTrainerOptions Checked(ImageClassificationTrainerOptions options, params IEnumerable<string> known)
    {
        string[] errors = [.. known.Concat(Errors(options)).Distinct()];
        return errors.Length == 0 ? options : throw new UsageException(errors);
    }

    /// <summary>The trainer's options with those that are given; values that do not fit go into <paramref name="errors"/>.</summary>
    /// <param name="options">What holds where nothing is given.</param>
    /// <param name="values">What is given.</param>
    /// <param name="errors">Sentences.</param>
    /// <param name="withFiles">Whether files that options name are read.</param>
    public static ImageClassificationTrainerOptions Apply(
        ImageClassificationTrainerOptions options, OptionValues values, List<string> errors, bool withFiles = false)
    {
        foreach (TrainerOptionLine line in TrainerOptionTable.All.Where(values.IsGiven))
            try
            {
                if (withFiles || line.Form.FileContent is null)
                    options = line.Set(options, values.Of(line)!);
            }
            catch (ArgumentException error)
            {
                errors.Add($"{line.Flag}: {error.Message.Split(" (Parameter '")[0].TrimEnd('.')}.");
            }
        return options;
    }

    /// <summary>What the trainer would say about the options, with the command line's names.</summary>
    public static IEnumerable<string> Errors(ImageClassificationTrainerOptions options) =>
        TrainerOptionTable.Errors(options, CommandLineNames.Of).Select(e => e + ".");

    /// <summary>Options that need pretrained weights and have none.</summary>
    public static IEnumerable<string> ErrorsWith(BackboneChoice backbone, OptionValues values)
    {
        foreach (OptionLine line in new[] { TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.FeatureOutput)),
            TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.FineTuneEpoch)) })
            if (!backbone.IsPretrained && values.IsGiven(line) && values.Of(line) is not 0)
                yield return $"{line.Flag}: expected pretrained weights (--backbone FILE.onnx or --weights FILE), received a network that starts "
                    + $"from scratch. Use --epochs.";
    }
}
