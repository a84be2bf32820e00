using System.CommandLine;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Training.Settings;

/// <summary>
/// What `train` and `lr-find` are asked to do: the options of the command line over those of a file, and every error that can be found before images
/// are read.
/// </summary>
internal static class TrainRequest
{
    /// <summary>Reads the command line and, where it names one, the configuration.</summary>
    /// <exception cref="InputException">The configuration cannot be read.</exception>
    public static OptionReading Read(OptionSet options, ParseResult parsed)
    {
        OptionReading line = options.Read(parsed);
        OptionReading? file = line.Values.Get<string?>(RunOptionTable.Config) is { } config ? ConfigurationFile.Read(config, options.Lines)
            : line.Values.Get<string?>(RunOptionTable.Resume) is { } earlier && ConfigurationOf(earlier) is { } own
            ? ConfigurationFile.Read(own, options.Lines) : null;
        if (file is null)
            return line;
        return new(line.Values.Over(file.Values), [.. line.Errors, .. file.Errors], [.. line.Warnings, .. file.Warnings]);
    }

    /// <summary>All errors of options that do not depend on the images.</summary>
    public static IEnumerable<string> Errors(OptionSet options, ParseResult parsed)
    {
        OptionReading reading;
        try
        {
            reading = Read(options, parsed);
        }
        catch (InputException) when (parsed.Errors.Count > 0)
        {
            return [];
        }
        return [.. reading.Errors, .. Errors(reading)];
    }

    /// <summary>The config.json of a stopped search, else of the run, in a folder; null: there is none.</summary>
    public static string? ConfigurationOf(string folder) =>
        BudgetRun.ConfigurationOf(folder) ?? (Path.Combine(folder, "config.json") is var path && File.Exists(path) ? path : null);

    private static IEnumerable<string> Errors(OptionReading reading)
    {
        OptionValues values = reading.Values;
        List<string> errors = [.. Together(values)];
        ImageClassificationTrainerOptions trainer = TrainerSetup.Apply(new(), values, errors);
        errors.AddRange(TrainerSetup.Errors(trainer));
        // The network is looked for only to report all errors at once; its messages are reported again when it is used.
        if (errors.Count + reading.Errors.Count > 0)
            try
            {
                BackboneChoice backbone = Networks.Resolve(new Terminal(quiet: true, verbose: false), values);
                errors.AddRange(TrainerSetup.ErrorsWith(backbone, values));
            }
            catch (Exception error) when (error is UsageException or ArgumentException or InputException or Common.SkinClassifierException or IOException)
            {
                errors.Add(error.Message);
            }
        return errors;
    }

    private static IEnumerable<string> Together(OptionValues values)
    {
        int folds = values.Get<int>(RunOptionTable.Folds);
        if (values.Get<bool>(RunOptionTable.Ensemble) && folds == 0)
            yield return $"{RunOptionTable.Ensemble.Flag}: expected {RunOptionTable.Folds.Flag} K beside it. Models that are already trained are "
                + $"joined by the verb ensemble.";
        if (folds == 1)
            yield return $"{RunOptionTable.Folds.Flag}: expected 2 or more, or 0 for none, received 1.";
        if (folds > 0 && values.IsGiven(RunOptionTable.Splits))
            yield return $"{RunOptionTable.Splits.Flag}: expected without {RunOptionTable.Folds.Flag}, which makes its own splits.";
        if (values.Get<string>(RunOptionTable.Distributed) == TrainingProcesses.Mpi)
            foreach ((OptionLine other, bool given) in
                new[] { (RunOptionTable.Folds, folds > 0), (RunOptionTable.TimeBudget, values.IsGiven(RunOptionTable.TimeBudget)) })
                if (given)
                    yield return $"{RunOptionTable.Distributed.Flag}: expected without {other.Flag}. Processes share a single training; many trainings at once "
                        + "are runs of their own.";
        if (folds == 0 && !values.IsGiven(RunOptionTable.Splits))
            foreach (string error in FractionErrors(values.Get<double>(RunOptionTable.Validation), values.Get<double>(RunOptionTable.Test)))
                yield return error;
        if (values.Get<string>(RunOptionTable.Head) == "linear" && values.IsGiven(TrainerSetup.Hidden))
            yield return $"{TrainerSetup.Hidden.Flag}: expected without {RunOptionTable.Head.Flag} linear, which has no hidden layers.";
        if (values.IsGiven(RunOptionTable.TimeBudget))
            foreach (string error in SearchSettings.Errors(values))
                yield return error;
    }

    /// <summary>What is wrong with --validation and --test together: nothing is left to train on.</summary>
    public static IEnumerable<string> FractionErrors(double validation, double test) => validation + test < 1 ? [] :
        [FormattableString.Invariant($"{RunOptionTable.Validation.Flag} and {RunOptionTable.Test.Flag}: expected fractions that are together below 1, ")
            + FormattableString.Invariant($"so that images are left to train on, received {validation} and {test}.")];
}
