using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>Which network is trained and where its weights come from.</summary>
/// <param name="Architecture">The built-in network; used when neither a file nor weights are given.</param>
/// <param name="OnnxFile">A network with its weights, or null.</param>
/// <param name="Pretrained">A built-in network with its weights, or null.</param>
/// <param name="Normalization">What the file's network expects, when the catalog knows it.</param>
internal sealed record BackboneChoice(Architecture Architecture, string? OnnxFile = null, Backbone? Pretrained = null, Normalization? Normalization = null)
{
    /// <summary>Whether training starts from trained weights.</summary>
    public bool IsPretrained => OnnxFile is not null || Pretrained is not null;

    // What plain `train` looks for, in this order: good features for their time first.
    private static readonly Architecture[] _preferred =
    [
        Architecture.MobileNetV2, Architecture.MobileNetV3Large, Architecture.EfficientNetB0, Architecture.MobileNetV1, Architecture.ResNet18, Architecture.DenseNet121,
        Architecture.ResNet50, Architecture.EfficientNetV2S, Architecture.ConvNextTiny, Architecture.ResNetV250, Architecture.Xception, Architecture.InceptionV3,
        Architecture.SqueezeNet11, Architecture.ResNetV2101, Architecture.Vgg16,
    ];

    /// <summary>Networks with weights on this machine, the one that plain `train` would take first; small_cnn when there are none.</summary>
    public static IEnumerable<string> AtHand(bool offline)
    {
        WeightStore store = new(new WeightStoreOptions { Offline = offline });
        string[] found = [.. _preferred.Where(a => store.Find(a.Name) is not null).Select(a => a.Name)];
        return found.Length > 0 ? found : [Architecture.SmallCnn.Name];
    }

    /// <summary>Resolves --backbone and --weights. Never downloads.</summary>
    /// <param name="terminal">Hears which file was taken.</param>
    /// <param name="backbone">auto, a network, a name of the catalog or an ONNX file.</param>
    /// <param name="weights">auto, random or a file.</param>
    /// <param name="offline">Whether advice names the file to put where instead of the command that downloads.</param>
    /// <param name="store">Where weights are looked for.</param>
    /// <exception cref="InputException">A file does not exist.</exception>
    /// <exception cref="ArgumentException">The two do not fit together, or the name is unknown.</exception>
    public static BackboneChoice Resolve(Terminal terminal, string backbone, string weights, bool offline = false, WeightStore? store = null)
    {
        store ??= new WeightStore(new WeightStoreOptions { Offline = offline });
        if (backbone.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            if (weights == "random")
                throw new ArgumentException("--weights random: expected a built-in network beside it, received an ONNX file, which brings its own weights.");
            return new BackboneChoice(Architecture.MobileNetV2, Existing(backbone), Normalization: NormalizationOf(store.Recognize(backbone)) ?? Said(backbone));
        }
        if (backbone == "auto" && weights == "auto")
            return Array.Find(_preferred, a => store.Find(a.Name) is not null) is { } found
                ? FromStore(terminal, store, found)
                : Scratch(terminal, Architecture.SmallCnn, $"no pretrained weights are on this machine; {Way(store, Architecture.MobileNetV2.Name, offline)}, or name a file with --backbone FILE.onnx: that needs far fewer images");
        if (!Architecture.TryParse(backbone == "auto" ? weights == "random" ? Architecture.SmallCnn.Name : Architecture.MobileNetV2.Name : backbone, out Architecture? architecture))
            return FromCatalog(terminal, store, backbone);
        if (weights == "random")
            return new BackboneChoice(architecture);
        if (weights != "auto")
            return WithWeights(terminal, architecture, Existing(weights), store.Recognize(weights), isGiven: true);
        return store.Find(architecture.Name) is not null
            ? FromStore(terminal, store, architecture)
            : Scratch(terminal, architecture, $"its pretrained weights are not on this machine; {Way(store, architecture.Name, offline)}");
    }

    private static BackboneChoice FromStore(Terminal terminal, WeightStore store, Architecture architecture) =>
        WithWeights(terminal, architecture, store.Require(architecture.Name), store.Find(architecture.Name)?.Entry);

    private static BackboneChoice WithWeights(Terminal terminal, Architecture architecture, string file, WeightEntry? entry, bool isGiven = false)
    {
        if (entry?.Network != architecture.Name)
            entry = null;
        Backbone network = architecture.Build(entry?.Build() ?? new BackboneOptions { SkipInitialization = true });
        try
        {
            BackboneWeights.Load(network, file);
        }
        catch (ShapeMismatchException) when (!isGiven && file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            terminal.Note($"network: the one inside {file}, because its layers are not those of the built-in {architecture.Name}");
            return new BackboneChoice(architecture, file, Normalization: NormalizationOf(entry) ?? Said(file) ?? architecture.Normalization);
        }
        terminal.Note($"network: {architecture.Name} with the weights of {file}");
        return new BackboneChoice(architecture, Pretrained: network, Normalization: NormalizationOf(entry));
    }

    private static BackboneChoice Scratch(Terminal terminal, Architecture architecture, string why)
    {
        terminal.Note($"network: {architecture.Name} from scratch, because {why}");
        return new BackboneChoice(architecture);
    }

    private static string Way(WeightStore store, string name, bool offline) => offline || WeightCatalog.Find(name) is null
        ? store.Advice(name)
        : $"`skinclassifier backbones pull {name}` gets some";

    private static BackboneChoice FromCatalog(Terminal terminal, WeightStore store, string name)
    {
        if (WeightCatalog.Find(name) is not { } entry)
            throw new ArgumentException($"--backbone: expected {string.Join(", ", ArchitectureCatalog.All.Select(a => a.Name))}, a name of `skinclassifier backbones list` or an ONNX file, received {name}.");
        string file = store.Require(name);
        if (entry.Network is not null)
            return WithWeights(terminal, Architecture.Parse(entry.Network), file, entry);
        terminal.Note($"network: the one inside {file}");
        return new BackboneChoice(Architecture.MobileNetV2, file, Normalization: NormalizationOf(entry));
    }

    private static Normalization? NormalizationOf(WeightEntry? entry) => entry is not null && Normalization.TryParse(entry.Normalization, out Normalization? found) ? found : null;

    /// <summary>What the file says, or null.</summary>
    private static Normalization? Said(string file) => NetworkFacts.Of(OnnxModel.Load(Existing(file)), file).Normalization;

    private static string Existing(string file) => File.Exists(file) ? file : throw new InputException($"{file}: expected a file with pretrained weights (.onnx or .safetensors), found no such file.");
}
