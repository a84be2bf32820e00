using SkinClassifier.Backbones.Weights;
using SkinClassifier.Data;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Search;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;
using Options = SkinClassifier.Trainers.ImageClassificationTrainerOptions;

namespace SkinClassifier.Training.Verbs;

/// <summary>What `train --time-budget` may choose, and the options of an ordinary training that does what a candidate says.</summary>
internal static class SearchSettings
{
    private static readonly OptionLine Epochs = Line(nameof(Options.Epoch)), FineTuneEpochs = Line(nameof(Options.FineTuneEpoch)),
    LearningRate = Line(nameof(Options.LearningRate)),
        FineTuneLearningRate = Line(nameof(Options.FineTuneLearningRate)), Balance = Line(nameof(Options.Balance));

    /// <summary>Options that the search itself sets, and what it needs.</summary>
    public static IEnumerable<string> Errors(OptionValues values)
    {
        string flag = RunOptionTable.TimeBudget.Flag;
        string[] given = [.. new[] { Epochs, FineTuneEpochs, LearningRate, FineTuneLearningRate, RunOptionTable.Head, RunOptionTable.LimitTrain,
            RunOptionTable.Folds, RunOptionTable.Ensemble }
            .Where(l => values.IsGiven(l) && values.Of(l) is not (0 or "auto" or false)).Select(l => l.Flag)];
        if (given.Length > 0)
            yield return $"{flag}: expected without {string.Join(", ", given)}, which the search chooses.";
        if (values.Get<double>(RunOptionTable.Validation) == 0)
            yield return $"{flag}: expected a validation set, which candidates are compared on, received {RunOptionTable.Validation.Flag} 0.";
    }

    /// <summary>Networks, sizes, rates and so on that may be tried: all, or what is given.</summary>
    public static SearchSpace Space(OptionValues values, ImageDataset training)
    {
        Terminal silent = new(quiet: true, verbose: false);
        string weights = values.Get<string>(RunOptionTable.Weights);
        bool offline = values.Get<bool>(RunOptionTable.Offline), isOpen = !values.IsGiven(RunOptionTable.Backbone) && weights == BackboneChoice.Auto;
        IReadOnlyList<string> names =
            isOpen ? BackboneChoice.AtHand(new WeightStore(new WeightStoreOptions { Offline = offline })) : [values.Get<string>(RunOptionTable.Backbone)];
        return SearchSpace
            .For(training, names.Select(name => KeyValuePair.Create(name, Networks.Resolve(silent, name, weights, offline))), withScratch: isOpen)
            .Within(TrainerSetup.Apply(new(), values, []));
    }

    /// <summary>The options of an ordinary training that does what a trial says.</summary>
    /// <param name="values">The options of the search.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="trainingImages">All images to train on.</param>
    public static OptionValues Of(OptionValues values, SearchTrial trial, int trainingImages)
    {
        OptionValues chosen = values.Without(RunOptionTable.TimeBudget);
        if (!values.IsGiven(RunOptionTable.Backbone))
            chosen = chosen.With(RunOptionTable.Backbone, trial.Candidate.Backbone);
        if (trial.Images < trainingImages)
            chosen = chosen.With(RunOptionTable.LimitTrain, trial.Images);
        Options given = TrainerSetup.Apply(new(), values, []), wanted = trial.Apply(given);
        foreach (TrainerOptionLine line in TrainerOptionTable.All.Where(l => !values.IsGiven(l)))
            if (line.Get(wanted) is { } value && !value.Equals(line.Get(given)))
                chosen = chosen.With(line, value);
        return chosen;
    }

    /// <summary>The word of a way of balancing.</summary>
    public static string NameOf(ClassBalance balance) => Balance.Form.Write(balance);

    private static TrainerOptionLine Line(string property) => TrainerOptionTable.Of(property);
}
