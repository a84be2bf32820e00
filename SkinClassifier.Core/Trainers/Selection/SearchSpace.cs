using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Selection;

/// <summary>What a search may choose from; an empty list of one thing is not allowed.</summary>
public sealed record SearchSpace
{
    /// <summary>Networks with pretrained weights, as names or ONNX files, each with its own input size.</summary>
    public IReadOnlyList<(string Name, int NativeSize)> Pretrained { get; init; } = [];

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

    /// <summary>What the default recipe would choose; the first candidates are made from it.</summary>
    public SearchCandidate? Usual { get; init; }

    /// <summary>
    /// The first <paramref name="count"/> candidates: for every pretrained network fine-tuning as usual, then a head on each, then each network from scratch, then seeded random ones.
    /// No two are alike; there may be fewer than asked for.
    /// </summary>
    public IReadOnlyList<SearchCandidate> Candidates(int count, ulong seed)
    {
        List<SearchCandidate> list = [];
        int usualSize = Usual?.ImageSize ?? 160;
        double usualRate = Nearest(LearningRates, Usual?.LearningRate ?? 0.001);
        string augmentation = Augmentations.Contains(Usual?.Augmentation ?? "standard") ? Usual?.Augmentation ?? "standard" : Augmentations[0];
        ClassBalance balance = Balances.Contains(Usual?.Balance ?? ClassBalance.SqrtWeights) ? Usual?.Balance ?? ClassBalance.SqrtWeights : Balances[0];
        foreach ((string name, int native) in Pretrained)
            Add(new SearchCandidate(name, SearchMode.FineTune, Size(usualSize, native), usualRate, augmentation, balance));
        foreach ((string name, int native) in Pretrained)
            Add(new SearchCandidate(name, SearchMode.Head, ImageSizes.Count == 1 ? ImageSizes[0] : native, HeadLearningRate, "none", balance));
        foreach ((string name, int native) in Scratch)
            Add(new SearchCandidate(name, SearchMode.Scratch, Size(Math.Min(usualSize, 128), Math.Max(native, 128)), usualRate, augmentation, balance));
        SeededRandom random = new(seed, 0x5345_4152);
        for (int attempt = 0; attempt < 50 * count && list.Count < count; attempt++)
        {
            int network = random.NextInt32(Pretrained.Count == 0 ? Scratch.Count : Pretrained.Count);
            (string name, int native) = Pretrained.Count == 0 ? Scratch[network] : Pretrained[network];
            if (Pretrained.Count > 0 && random.NextInt32(4) == 0)
                Add(new SearchCandidate(name, SearchMode.Head, ImageSizes.Count == 1 ? ImageSizes[0] : native, HeadLearningRate, "none", Pick(Balances)));
            else
                Add(new SearchCandidate(name, Pretrained.Count == 0 ? SearchMode.Scratch : SearchMode.FineTune, Size(Pick(ImageSizes), Math.Max(native, Pretrained.Count == 0 ? 128 : 16)), Pick(LearningRates), Pick(Augmentations), Pick(Balances)));
        }
        return [.. list.Take(count)];

        T Pick<T>(IReadOnlyList<T> values) => values[random.NextInt32(values.Count)];

        void Add(SearchCandidate candidate)
        {
            if (!list.Contains(candidate))
                list.Add(candidate);
        }
    }

    /// <summary>The wanted size, or the nearest of <see cref="ImageSizes"/>, at most the network's own.</summary>
    private int Size(int wanted, int native)
    {
        int[] possible = [.. ImageSizes.Where(s => s <= native)];
        return possible.Length == 0 ? ImageSizes.Count == 1 ? ImageSizes[0] : native : possible.MinBy(s => Math.Abs(s - wanted));
    }

    private static double Nearest(IReadOnlyList<double> values, double wanted) => values.MinBy(v => Math.Abs(Math.Log(v / wanted)));
}
