using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Selection;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>What `train --time-budget` may choose, and how a candidate is written as a command line.</summary>
internal static partial class SearchSettings
{
    /// <summary>A time like 30m, 90s, 2h or 1h30m.</summary>
    /// <exception cref="ArgumentException">Something else, or nothing above 0.</exception>
    public static TimeSpan ParseBudget(string text)
    {
        Match match = Duration().Match(text);
        TimeSpan time = !match.Success ? TimeSpan.Zero
            : TimeSpan.FromHours(Split("h")) + TimeSpan.FromMinutes(Split("m")) + TimeSpan.FromSeconds(Split("s"));
        return time > TimeSpan.Zero ? time : throw new ArgumentException($"--time-budget: expected a time like 30m, 90s, 2h or 1h30m, received {text}.");

        double Split(string name) => match.Groups[name] is { Success: true } group ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Refuses options that the search itself sets.</summary>
    public static void Check(ParseResult parsed, TrainOptionSet options)
    {
        string[] given = [.. new Option[] { options.Epochs, options.FineTuneEpochs, options.LearningRate, options.FineTuneLearningRate, options.Head, options.LimitTrain, options.Folds, options.Ensemble }
            .Where(o => IsGiven(parsed, o) && parsed.GetResult(o)!.GetValueOrDefault<object?>() is not (null or 0 or "auto" or false)).Select(o => o.Name)];
        if (given.Length > 0)
            throw new ArgumentException($"--time-budget: expected without {string.Join(", ", given)}, which the search chooses.");
        if (parsed.GetValue(options.Validation) == 0)
            throw new ArgumentException("--time-budget: expected a validation set, which candidates are compared on, received --validation 0.");
    }

    /// <summary>The options that the command line itself has, for a search that goes on later.</summary>
    public static IReadOnlyList<Option> Given(ParseResult parsed, TrainOptionSet options) => [.. options.All.Where(o => IsGiven(parsed, o))];

    /// <summary>Networks, sizes, rates and so on that may be tried: all, or what the command line gives.</summary>
    public static SearchSpace Space(ParseResult parsed, TrainOptionSet options, ImageDataset training)
    {
        Terminal silent = new(quiet: true, verbose: false);
        List<SearchNetwork> pretrained = [], scratch = [];
        DefaultRecipe? first = null;
        string weights = parsed.GetValue(options.Weights)!;
        foreach (string name in IsGiven(parsed, options.Backbone) || weights != "auto" ? [parsed.GetValue(options.Backbone)!] : BackboneChoice.AtHand(parsed.GetValue(options.Offline)))
        {
            BackboneChoice choice = BackboneChoice.Resolve(silent, name, weights, parsed.GetValue(options.Offline));
            if (!choice.IsPretrained)
            {
                scratch.Add(new SearchNetwork(name == "auto" ? choice.Architecture.Name : name, choice.Architecture.InputSize));
                continue;
            }
            DefaultRecipe recipe = DefaultRecipe.For(training, new() { Arch = choice.Architecture, WeightsPath = choice.OnnxFile, Pretrained = choice.Pretrained }, fineTune: true);
            pretrained.Add(new SearchNetwork(name, recipe.ImageSize ?? choice.Architecture.InputSize, !recipe.HeadFirst));
            if (first is null or { HeadFirst: true })
                first = recipe;
        }
        if (scratch.Count == 0 && !IsGiven(parsed, options.Backbone) && weights == "auto")
            scratch.Add(new SearchNetwork(Architecture.SmallCnn.Name, Architecture.SmallCnn.InputSize));
        DefaultRecipe usual = first ?? DefaultRecipe.For(training, new() { Arch = Architecture.SmallCnn });
        double rate = usual.FineTuneLearningRate is not { } own ? SearchSpace.ScratchRate : usual.HeadFirst ? own / SearchSpace.GentleShare : own;
        SearchSpace all = new();
        return all with
        {
            Pretrained = pretrained,
            Scratch = scratch,
            ImageSizes = parsed.GetValue(options.ImageSize) is { } size ? [size] : all.ImageSizes,
            Augmentations = parsed.GetValue(options.Augment) is { } augment ? [augment] : all.Augmentations,
            Balances = parsed.GetValue(options.Balance) is { } balance ? [TrainOptionSet.BalanceOf(balance)] : all.Balances,
            Usual = new SearchCandidate("", SearchMode.FineTune, usual.ImageSize ?? 128, rate, usual.Augmentation, usual.Balance),
        };
    }

    /// <summary>The command line of an ordinary training that does what a trial says.</summary>
    /// <param name="parsed">The command line of the search.</param>
    /// <param name="options">Its options.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="trainingImages">All images to train on.</param>
    public static ParseResult CommandLine(ParseResult parsed, TrainOptionSet options, SearchTrial trial, int trainingImages)
    {
        List<string> arguments = [.. parsed.Tokens.Select(t => t.Value)];
        int budget = arguments.IndexOf(options.TimeBudget.Name);
        arguments.RemoveRange(budget, 2);
        SearchCandidate candidate = trial.Candidate;
        Add(options.Backbone, candidate.Backbone);
        Add(options.ImageSize, candidate.ImageSize);
        Add(options.Balance, TrainOptionSet.NameOf(candidate.Balance));
        Add(candidate.FineTunes ? options.FineTuneLearningRate : options.LearningRate, candidate.LearningRate);
        if (candidate.Mode != SearchMode.HeadThenFineTune)
            Add(options.Epochs, candidate.FineTunes ? 0 : trial.Epochs);
        Add(options.FineTuneEpochs, candidate.FineTunes ? trial.Epochs : 0);
        if (candidate.Mode != SearchMode.Head)
            Add(options.Augment, candidate.Augmentation);
        if (trial.Images < trainingImages)
            Add(options.LimitTrain, trial.Images);
        return parsed.RootCommandResult.Command.Parse(arguments);

        void Add(Option option, IConvertible value)
        {
            if (!IsGiven(parsed, option))
                arguments.AddRange([option.Name, value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture)]);
        }
    }

    /// <summary>Whether the command line itself has the option.</summary>
    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    [GeneratedRegex(@"^(?=.)((?<h>\d+(\.\d+)?)h)?((?<m>\d+(\.\d+)?)m)?((?<s>\d+(\.\d+)?)s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
