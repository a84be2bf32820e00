using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Search;

/// <summary>A network that a search may try.</summary>
/// <param name="Name">Name of a built-in network, or path of an ONNX file.</param>
/// <param name="NativeSize">Width and height of the images it is made for, in pixels.</param>
/// <param name="IsNormalized">Whether it normalizes its values (BatchNormalization and the like). One that does not trains its head first and then at
/// <see cref="SearchSpace.GentleShare"/> of the rate.</param>
/// <param name="TakesSmallerImages">Whether it takes images smaller than its own.</param>
internal sealed record SearchNetwork(string Name, int NativeSize, bool IsNormalized = true, bool TakesSmallerImages = true);

/// <summary>What a search may choose from; an empty list of one thing is not allowed.</summary>
internal sealed record SearchSpace
{
    /// <summary>Networks with pretrained weights, whose names may be ONNX files.</summary>
    public IReadOnlyList<SearchNetwork> Pretrained { get; init; } = [];

    /// <summary>What a network without normalization gets of a rate.</summary>
    public const double GentleShare = DefaultRecipe.GentleRate / DefaultRecipe.FineTuneRate;

    /// <summary>Usual rate of a network that is trained from scratch.</summary>
    public const double ScratchRate = PhaseSettings.AdaptiveRate;

    /// <summary>Networks to train from scratch. Default: small_cnn.</summary>
    public IReadOnlyList<SearchNetwork> Scratch { get; init; } = [new("small_cnn", 96)];

    /// <summary>Image sizes for training the network itself. Default 128, 160, 192, 224; a network is not given more than its own size or 224.</summary>
    public IReadOnlyList<int> ImageSizes { get; init; } = [128, 160, 192, 224];

    /// <summary>Rates of fine-tuning and of training from scratch. Default 0.00025, 0.0005, 0.001, 0.002.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [0.00025, 0.0005, 0.001, 0.002];

    /// <summary>Rate of a head on frozen features. Default 0.01.</summary>
    public double HeadLearningRate { get; init; } = PhaseSettings.SgdRate;

    /// <summary>Augmentation presets. Default light, standard, strong.</summary>
    public IReadOnlyList<string> Augmentations { get; init; } = ["light", "standard", "strong"];

    /// <summary>Ways of balancing. Default none, √ weights, weights, logit adjustment.</summary>
    public IReadOnlyList<ClassBalance> Balances { get; init; } =
        [ClassBalance.None, ClassBalance.SqrtWeights, ClassBalance.Weights, ClassBalance.LogitAdjustment];

    /// <summary>What the default recipe would choose, with the rate of a network that normalizes its values; the first candidates are made from it.</summary>
    public SearchCandidate? Usual { get; init; }

    /// <summary>Everything that may be tried with some networks.</summary>
    /// <param name="training">Images to train on, without validation and test set.</param>
    /// <param name="networks">The networks by name; those without pretrained weights are trained from scratch.</param>
    /// <param name="withScratch">Whether small_cnn is tried from scratch when no network of the list is.</param>
    /// <exception cref="SkinClassifierException">An ONNX file is damaged or not supported.</exception>
    public static SearchSpace For(ImageDataset training, IEnumerable<KeyValuePair<string, BackboneChoice>> networks, bool withScratch)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(networks);
        List<SearchNetwork> pretrained = [], scratch = [];
        DefaultRecipe? first = null;
        foreach ((string name, BackboneChoice choice) in networks)
        {
            if (!choice.IsPretrained)
            {
                scratch.Add(new SearchNetwork(name == BackboneChoice.Auto ? choice.Architecture.Name : name, choice.Architecture.InputSize));
                continue;
            }
            DatasetFacts facts = DatasetFacts.Of(training, choice.Apply(new()));
            DefaultRecipe recipe = DefaultRecipe.For(facts, fineTune: true);
            pretrained.Add(new SearchNetwork(name, recipe.ImageSize ?? choice.Architecture.InputSize, !recipe.HeadFirst, facts.TakesSmallerImages));
            if (first is null or { HeadFirst: true })
                first = recipe;
        }
        if (scratch.Count == 0 && withScratch)
            scratch.Add(new SearchNetwork(Architecture.SmallCnn.Name, Architecture.SmallCnn.InputSize));
        DefaultRecipe usual = first ?? DefaultRecipe.For(training, new() { Arch = Architecture.SmallCnn });
        double rate = usual.FineTuneLearningRate is not { } own ? ScratchRate : usual.HeadFirst ? own / GentleShare : own;
        return new SearchSpace
        {
            Pretrained = pretrained,
            Scratch = scratch,
            Usual = new SearchCandidate("", SearchMode.FineTune, usual.ImageSize ?? 128, rate, usual.Augmentation, usual.Balance),
        };
    }

    /// <summary>The same with only what is given, where options give an image size, an augmentation or a way of balancing.</summary>
    public SearchSpace Within(ImageClassificationTrainerOptions given)
    {
        ArgumentNullException.ThrowIfNull(given);
        return this with
        {
            ImageSizes = given.ImageSize is { } size ? [size] : ImageSizes,
            Augmentations = given.Augmentation is { } augmentation ? [augmentation.Name] : Augmentations,
            Balances = given.Balance is { } balance ? [balance] : Balances,
        };
    }

    /// <summary>Sizes of images that a candidate may have instead of its own, in pixels; its own alone where its network takes no other.</summary>
    public IReadOnlyList<int> SizesOf(SearchCandidate candidate) =>
        Pretrained.Any(n => n.Name == candidate.Backbone && n.TakesSmallerImages) ? ImageSizes : [candidate.ImageSize];

    /// <summary>
    /// The first <paramref name="count"/> candidates: for every pretrained network fine-tuning as usual, then a head on each, then each network from
    /// scratch, then seeded random ones. No two are alike; there may be fewer than asked for.
    /// </summary>
    public IReadOnlyList<SearchCandidate> Candidates(int count, ulong seed)
    {
        List<SearchCandidate> list = [];
        HashSet<SearchCandidate> known = [];
        int usualSize = Usual?.ImageSize ?? 160;
        double usualRate = Nearest(LearningRates, Usual?.LearningRate ?? DefaultRecipe.FineTuneRate);
        string augmentation = Augmentations.Contains(Usual?.Augmentation ?? "standard") ? Usual?.Augmentation ?? "standard" : Augmentations[0];
        ClassBalance balance = Balances.Contains(Usual?.Balance ?? ClassBalance.SqrtWeights) ? Usual?.Balance ?? ClassBalance.SqrtWeights : Balances[0];
        foreach (SearchNetwork network in Pretrained)
            Add(FineTuned(network, Size(usualSize, network.NativeSize), usualRate, augmentation, balance));
        foreach (SearchNetwork network in Pretrained)
            Add(Head(network, balance));
        foreach (SearchNetwork network in Scratch)
            Add(FromScratch(network, Math.Min(usualSize, 128), usualRate, augmentation, balance));
        SeededRandom random = new(seed, 0x5345_4152);
        for (int attempt = 0; attempt < 50 * count && list.Count < count; attempt++)
        {
            if (Pretrained.Count == 0)
                Add(FromScratch(Pick(Scratch), Pick(ImageSizes), Pick(LearningRates), Pick(Augmentations), Pick(Balances)));
            else if (Pick(Pretrained) is var network && random.NextInt32(4) == 0)
                Add(Head(network, Pick(Balances)));
            else
                Add(FineTuned(network, Size(Pick(ImageSizes), Math.Max(network.NativeSize, 16)), Pick(LearningRates), Pick(Augmentations), Pick(Balances)));
        }
        return [.. list.Take(count)];

        T Pick<T>(IReadOnlyList<T> values) => values[random.NextInt32(values.Count)];

        void Add(SearchCandidate candidate)
        {
            if (known.Add(candidate))
                list.Add(candidate);
        }
    }

    private SearchCandidate Head(SearchNetwork network, ClassBalance balance) =>
        new(network.Name, SearchMode.Head, ImageSizes.Count == 1 ? ImageSizes[0] : network.NativeSize, HeadLearningRate, "none", balance);

    private SearchCandidate FromScratch(SearchNetwork network, int size, double rate, string augmentation, ClassBalance balance) =>
        new(network.Name, SearchMode.Scratch, Size(size, Math.Max(network.NativeSize, 128)), rate, augmentation, balance);

    private static SearchCandidate FineTuned(SearchNetwork network, int size, double rate, string augmentation, ClassBalance balance) =>
        network.IsNormalized ? new(network.Name, SearchMode.FineTune, size, rate, augmentation, balance)
            : new(network.Name, SearchMode.HeadThenFineTune, size, rate * GentleShare, augmentation, balance);

    /// <summary>The wanted size, or the nearest of <see cref="ImageSizes"/>, at most the network's own.</summary>
    private int Size(int wanted, int native)
    {
        int[] possible = [.. ImageSizes.Where(s => s <= native)];
        return possible.Length == 0 ? ImageSizes.Count == 1 ? ImageSizes[0] : native : possible.MinBy(s => Math.Abs(s - wanted));
    }

    private static double Nearest(IReadOnlyList<double> values, double wanted) => values.MinBy(v => Math.Abs(Math.Log(v / wanted)));
}
