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
        FineTuneLearningRate = Line(nameof(Options.FineTuneLearningRate)), ImageSize = Line(nameof(Options.ImageSize)),
        Balance = Line(nameof(Options.Balance)), Augment = Line(nameof(Options.Augmentation));

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
        SearchSpace all =
            SearchSpace.For(training, names.Select(name => KeyValuePair.Create(name, Networks.Resolve(silent, name, weights, offline))), withScratch: isOpen);
        return all with
        {
            ImageSizes = values.Get<int?>(ImageSize) is { } size ? [size] : all.ImageSizes,
            Augmentations = values.TextOf(Augment) is { } augment ? [augment] : all.Augmentations,
            Balances = values.Of(Balance) is ClassBalance balance ? [balance] : all.Balances,
        };
    }

    /// <summary>The options of an ordinary training that does what a trial says.</summary>
    /// <param name="values">The options of the search.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="trainingImages">All images to train on.</param>
    public static OptionValues Of(OptionValues values, SearchTrial trial, int trainingImages)
    {
        OptionValues chosen = values.Without(RunOptionTable.TimeBudget);
        SearchCandidate candidate = trial.Candidate;
        Choose(RunOptionTable.Backbone, candidate.Backbone);
        Choose(ImageSize, candidate.ImageSize);
        Choose(Balance, candidate.Balance);
        Choose(candidate.FineTunes ? FineTuneLearningRate : LearningRate, candidate.LearningRate);
        if (candidate.Mode != SearchMode.HeadThenFineTune)
            Choose(Epochs, candidate.FineTunes ? 0 : trial.Epochs);
        Choose(FineTuneEpochs, candidate.FineTunes ? trial.Epochs : 0);
        if (candidate.Mode != SearchMode.Head && !values.IsGiven(Augment))
            chosen =
                Augment.Form.TryRead(candidate.Augmentation, out object? pipeline, out _) ? chosen.With(Augment, pipeline!, candidate.Augmentation) : chosen;
        if (trial.Images < trainingImages)
            Choose(RunOptionTable.LimitTrain, trial.Images);
        return chosen;

        void Choose(OptionLine line, object value) => chosen = values.IsGiven(line) ? chosen : chosen.With(line, value);
    }

    /// <summary>The word of a way of balancing.</summary>
    public static string NameOf(ClassBalance balance) => Balance.Form.Write(balance);

    private static TrainerOptionLine Line(string property) => TrainerOptionTable.Of(property);
}
