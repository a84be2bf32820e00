using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Selection;

/// <summary>What a search may choose from; an empty list of one thing is not allowed.</summary>
public sealed record SearchSpace
{
    /// <summary>
    /// Networks with pretrained weights, as names or ONNX files, each with its own input size and whether it normalises its values (BatchNormalization and the like).
    /// One that does not learns its head first and then at <see cref="GentleShare"/> of the rate.
    /// </summary>
    public IReadOnlyList<(string Name, int NativeSize, bool IsNormalized)> Pretrained { get; init; } = [];

    /// <summary>What a network without normalisation gets of a rate.</summary>
    public const double GentleShare = DefaultRecipe.GentleRate / DefaultRecipe.FineTuneRate;

    /// <summary>Networks to train from scratch. Default: small_cnn.</summary>
    public IReadOnlyList<(string Name, int NativeSize)> Scratch { get; init; } = [("small_cnn", 96)];

    /// <summary>Picture sizes for learning the network itself. Default 128, 160, 192, 224; a network is not given more than its own size or 224.</summary>
    public IReadOnlyList<int> ImageSizes { get; init; } = [128, 160, 192, 224];

    /// <summary>Rates of fine-tuning and of training from scratch. Default 0.00025, 0.0005, 0.001, 0.002.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [0.00025, 0.0005, 0.001, 0.002];

    /// <summary>Rate of a head on frozen features. Default 0.01.</summary>
    public double HeadLearningRate { get; init; } = 0.01;

    /// <summary>Augmentation presets. Default light, standard, strong.</summary>
    public IReadOnlyList<string> Augmentations { get; init; } = ["light", "standard", "strong"];

    /// <summary>Ways of balancing. Default none, √ weights, weights, logit adjustment.</summary>
    public IReadOnlyList<ClassBalance> Balances { get; init; } = [ClassBalance.None, ClassBalance.SqrtWeights, ClassBalance.Weights, ClassBalance.LogitAdjustment];

    /// <summary>What the default recipe would choose, with the rate of a network that normalises its values; the first candidates are made from it.</summary>
    public SearchCandidate? Usual { get; init; }

    /// <summary>
    /// The first <paramref name="count"/> candidates: for every pretrained network fine-tuning as usual, then a head on each, then each network from scratch, then seeded random ones.
    /// No two are alike; there may be fewer than asked for.
    /// </summary>
    public IReadOnlyList<SearchCandidate> Candidates(int count, ulong seed)
    {
        List<SearchCandidate> list = [];
        int usualSize = Usual?.ImageSize ?? 160;
        double usualRate = Nearest(LearningRates, Usual?.LearningRate ?? DefaultRecipe.FineTuneRate);
        string augmentation = Augmentations.Contains(Usual?.Augmentation ?? "standard") ? Usual?.Augmentation ?? "standard" : Augmentations[0];
        ClassBalance balance = Balances.Contains(Usual?.Balance ?? ClassBalance.SqrtWeights) ? Usual?.Balance ?? ClassBalance.SqrtWeights : Balances[0];
        foreach ((string name, int native, bool normalized) in Pretrained)
            Add(FineTuned(name, normalized, Size(usualSize, native), usualRate, augmentation, balance));
        foreach ((string name, int native, _) in Pretrained)
            Add(new SearchCandidate(name, SearchMode.Head, ImageSizes.Count == 1 ? ImageSizes[0] : native, HeadLearningRate, "none", balance));
        foreach ((string name, int native) in Scratch)
            Add(new SearchCandidate(name, SearchMode.Scratch, Size(Math.Min(usualSize, 128), Math.Max(native, 128)), usualRate, augmentation, balance));
        SeededRandom random = new(seed, 0x5345_4152);
        for (int attempt = 0; attempt < 50 * count && list.Count < count; attempt++)
        {
            if (Pretrained.Count == 0)
            {
                (string network, int size) = Pick(Scratch);
                Add(new SearchCandidate(network, SearchMode.Scratch, Size(Pick(ImageSizes), Math.Max(size, 128)), Pick(LearningRates), Pick(Augmentations), Pick(Balances)));
                continue;
            }
            (string name, int native, bool normalized) = Pick(Pretrained);
            if (random.NextInt32(4) == 0)
                Add(new SearchCandidate(name, SearchMode.Head, ImageSizes.Count == 1 ? ImageSizes[0] : native, HeadLearningRate, "none", Pick(Balances)));
            else
                Add(FineTuned(name, normalized, Size(Pick(ImageSizes), Math.Max(native, 16)), Pick(LearningRates), Pick(Augmentations), Pick(Balances)));
        }
        return [.. list.Take(count)];

        T Pick<T>(IReadOnlyList<T> values) => values[random.NextInt32(values.Count)];

        void Add(SearchCandidate candidate)
        {
            if (!list.Contains(candidate))
                list.Add(candidate);
        }
    }

    private static SearchCandidate FineTuned(string name, bool normalized, int size, double rate, string augmentation, ClassBalance balance) =>
        normalized ? new(name, SearchMode.FineTune, size, rate, augmentation, balance)
            : new(name, SearchMode.HeadThenFineTune, size, rate * GentleShare, augmentation, balance);

    /// <summary>The wanted size, or the nearest of <see cref="ImageSizes"/>, at most the network's own.</summary>
    private int Size(int wanted, int native)
    {
        int[] possible = [.. ImageSizes.Where(s => s <= native)];
        return possible.Length == 0 ? ImageSizes.Count == 1 ? ImageSizes[0] : native : possible.MinBy(s => Math.Abs(s - wanted));
    }

    private static double Nearest(IReadOnlyList<double> values, double wanted) => values.MinBy(v => Math.Abs(Math.Log(v / wanted)));
}
