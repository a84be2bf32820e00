using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Networks;

/// <summary>The backbone of a run: images [N,3,H,W] 0–255 → features [N,F], with parameters of its own.</summary>
internal sealed class LoadedBackbone
{
    private LoadedBackbone(string name, Graph features, int featureCount, Normalization normalization, ImagePreprocessor preprocessor,
        bool isPretrained, string? weightsHash, string? weightsLicense, IReadOnlySet<string> constants)
    {
        Name = name;
        Features = features;
        FeatureCount = featureCount;
        Normalization = normalization;
        Preprocessor = preprocessor;
        IsPretrained = isPretrained;
        WeightsHash = weightsHash;
        WeightsLicense = weightsLicense;
        Constants = constants;
    }

    /// <summary>Name of the network, or of the file that it came from.</summary>
    public string Name { get; }

    /// <summary>Input "image", one output [N,F]; normalization inside.</summary>
    public Graph Features { get; }

    /// <summary>F.</summary>
    public int FeatureCount { get; }

    /// <summary>The normalization inside <see cref="Features"/>.</summary>
    public Normalization Normalization { get; }

    /// <summary>Size of the images and way of resizing.</summary>
    public ImagePreprocessor Preprocessor { get; }

    /// <summary>Whether the weights are already good.</summary>
    public bool IsPretrained { get; }

    /// <summary>SHA-256 of the file with the weights, or of the network in memory; null from scratch.</summary>
    public string? WeightsHash { get; }

    /// <summary>License of the pretrained weights; null where it is not known, and from scratch.</summary>
    public string? WeightsLicense { get; }

    /// <summary>Parameters that are fixed numbers and never train.</summary>
    public IReadOnlySet<string> Constants { get; }

    /// <summary>The network of a file as training takes it: images [N,3,H,W], and a pooling over the whole map at its own size is one at every size.</summary>
    public static Graph OfFile(OnnxModel file) => file.Graph.WithChannelsFirst().WithGlobalPoolings();

    /// <summary>Loads or builds what the options name.</summary>
    /// <exception cref="SkinClassifierException">The ONNX file is damaged, not supported or not a network for images of this size.</exception>
    /// <exception cref="ArgumentException">The feature output is not a value of the network.</exception>
    public static LoadedBackbone Load(ImageClassificationTrainerOptions options)
    {
        try
        {
            return LoadAtSize(options);
        }
        catch (ShapeMismatchException error) when (options.ImageSize is { } size && SizesNear(size, options) is { Count: > 0 } others)
        {
            string name = options.WeightsPath is { } path ? Path.GetFileNameWithoutExtension(path) : options.Pretrained?.Name ?? options.Network.Name;
            throw new ShapeMismatchException(
                $"ImageSize: expected a size that {name} takes, as {string.Join(" or ", others)}, received {size} ({error.Message})", error);
        }
    }

    /// <summary>Sizes that the network takes, ascending: its own, and multiples of 32 beside one that it does not take.</summary>
    private static SortedSet<int> SizesNear(int size, ImageClassificationTrainerOptions options)
    {
        SortedSet<int> sizes = [];
        foreach (int? near in (ReadOnlySpan<int?>)[null, (size - 1) / 32 * 32, (size / 32 + 1) * 32])
            try
            {
                if (near is null or > 0)
                    sizes.Add(LoadAtSize(options with { ImageSize = near }).Preprocessor.Width);
            }
            catch (ShapeMismatchException)
            {
                // Not this one either.
            }
        return sizes;
    }

    private static LoadedBackbone LoadAtSize(ImageClassificationTrainerOptions options)
    {
        if (options.WeightsPath is { } path)
        {
            OnnxModel file = OnnxModel.Load(path);
            string hash = FileContent.Sha256(path);
            Graph network = OfFile(file);
            TensorShape declared = network.Inputs.Count == 1 ? network.Inputs[0].Shape : default;
            NetworkFacts facts = NetworkFacts.Of(file, path);
            int size = options.ImageSize ?? (declared.Rank == 4 && declared[2] > 0 ? declared[2] : facts.Size?.Height ?? 224);
            string name = WeightCatalog.All.FirstOrDefault(e => e.Sha256 == hash)?.Name ?? Path.GetFileNameWithoutExtension(path);
            return Make(name, network, null, options.Normalization ?? facts.Normalization ?? Normalization.Imagenet,
                size, options, true, hash, KnownNetworks.OfHash(hash)?.License, file.ConstantNames);
        }
        if (options.Pretrained is { } given)
        {
            Graph copy = given.Graph.Clone();
            return Make(given.Name, copy, given.FeatureTensor, options.Normalization ?? given.Normalization, options.ImageSize ?? given.InputSize,
                options, true, NetworkHash.Of(copy), given.License, new HashSet<string>(), given.LastFeatureMap);
        }
        int side = options.ImageSize ?? options.Network.InputSize;
        Backbone built =
            options.Network.Build(new BackboneOptions { Classes = 0, WidthMultiplier = options.WidthMultiplier, Seed = options.Seed, InputSize = side });
        return Make(built.Name, built.Graph, built.FeatureTensor, options.Normalization ?? built.Normalization, side, options, false, null, null,
            new HashSet<string>(), built.LastFeatureMap);
    }

    private static LoadedBackbone Make(string name, Graph graph, string? featureTensor, Normalization normalization, int size,
        ImageClassificationTrainerOptions options, bool pretrained, string? hash, string? license, IReadOnlySet<string> constants,
        string? lastFeatureMap = null)
    {
        string tensor = options.FeatureOutput ?? featureTensor ?? FeatureTensor.Find(graph);
        if (!graph.Nodes.Any(n => n.Outputs.Contains(tensor)))
            throw new ArgumentException($"FeatureOutput: expected a value of the network {name}, received '{tensor}'. The last values are "
                + $"{string.Join(", ", graph.Nodes.TakeLast(8).SelectMany(n => n.Outputs))}.", nameof(options));
        Graph features = NetworkAssembly.FeatureGraph(graph, tensor, normalization, size, size, options.Pooling, lastFeatureMap, options.ColorConstancy);
        return new LoadedBackbone(name, features, NetworkAssembly.FeatureCount(features, size, size), normalization,
            new ImagePreprocessor(size, size, options.Resize ?? ResizeKind.Crop, options.Filter) { ReducedDecoding = options.ReducedDecoding },
            pretrained, hash, license, constants);
    }
}
