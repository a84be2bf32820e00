using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;

namespace SkinClassifier.Trainers.Defaults;

/// <summary>Which network is trained and where its weights come from. Nothing is ever downloaded.</summary>
/// <param name="Architecture">The built-in network; used when neither a file nor weights are given.</param>
/// <param name="OnnxFile">A network with its weights, or null.</param>
/// <param name="Pretrained">A built-in network with its weights, or null.</param>
/// <param name="Normalization">What the file's network expects, when the catalog or the file says it; see <see cref="IsNormalizationAssumed"/>.</param>
internal sealed record BackboneChoice(Architecture Architecture, string? OnnxFile = null, Backbone? Pretrained = null, Normalization? Normalization = null)
{
    /// <summary>What stands for a network or weights that are chosen.</summary>
    public const string Auto = "auto";

    /// <summary>Weights of a network that is trained from scratch.</summary>
    public const string RandomWeights = "random";

    // What is looked for when nothing is named, in this order: good features for their time first.
    private static readonly Architecture[] _preferred =
    [
        Architecture.MobileNetV2, Architecture.MobileNetV3Large, Architecture.EfficientNetB0, Architecture.MobileNetV1, Architecture.ResNet18,
        Architecture.DenseNet121, Architecture.ResNet50, Architecture.EfficientNetV2S, Architecture.ConvNextTiny, Architecture.ResNetV250,
        Architecture.Xception, Architecture.InceptionV3, Architecture.SqueezeNet11, Architecture.ResNetV2101, Architecture.Vgg16,
    ];

    /// <summary>Whether training starts from weights that are already good.</summary>
    public bool IsPretrained => OnnxFile is not null || Pretrained is not null;

    /// <summary>The license of the weights as far as the catalog knows it, or null.</summary>
    public string? License { get; init; }

    /// <summary>
    /// Whether nothing says how the network of <see cref="OnnxFile"/> wants its images normalized: <see cref="Normalization"/> is then that of the built-in
    /// network whose name the file bears, or null, and the trainer takes imagenet. A wrong one makes training silently bad. Default: false.
    /// </summary>
    public bool IsNormalizationAssumed { get; init; }

    /// <summary>Networks with weights on this machine, the one that is chosen first at the front; small_cnn when there are none.</summary>
    /// <param name="store">Where weights are looked for. Default: the folder SKINCLASSIFIER_BACKBONES, beside the application, then the cache.</param>
    public static IReadOnlyList<string> AtHand(WeightStore? store = null)
    {
        store ??= new WeightStore();
        string[] found = [.. _preferred.Where(a => store.Find(a.Name) is not null).Select(a => a.Name)];
        return found.Length > 0 ? found : [Architecture.SmallCnn.Name];
    }

    /// <summary>Chooses.</summary>
    /// <param name="backbone">auto, a built-in network, a name of the catalog of weights, or an ONNX file.</param>
    /// <param name="weights">auto, random, or a safetensors or ONNX file.</param>
    /// <param name="store">Where weights are looked for. Default: the folder SKINCLASSIFIER_BACKBONES, beside the application, then the cache.</param>
    /// <param name="note">Hears which file was taken, and why there is none. Default: unused.</param>
    /// <param name="advice">How weights of a network are got, as part of a sentence. Default: which file to put where.</param>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="ArgumentException">The two do not fit together (parameter weights), or the name is unknown (parameter backbone).</exception>
    /// <exception cref="SkinClassifierException">A file is damaged, not supported, or of another network.</exception>
    public static BackboneChoice Resolve(
        string backbone = Auto, string weights = Auto, WeightStore? store = null, Action<string>? note = null, Func<string, string>? advice = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(backbone);
        ArgumentException.ThrowIfNullOrEmpty(weights);
        store ??= new WeightStore();
        note ??= _ => { };
        advice ??= store.Advice;
        if (backbone.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return weights != RandomWeights
                ? OfFile(note, Architecture.MobileNetV2, Existing(backbone), store.Recognize(backbone))
                : throw new ArgumentException(
                    "expected a built-in network beside random weights, received an ONNX file, which brings its own weights", nameof(weights));
        if (backbone == Auto && weights == Auto)
            return Array.Find(_preferred, a => store.Find(a.Name) is not null) is { } found
                ? FromStore(note, store, found)
                : Scratch(note, Architecture.SmallCnn,
                    $"no pretrained weights are on this machine; {advice(Architecture.ResNet18.Name)}. With pretrained weights far fewer images are enough");
        string name = backbone != Auto ? backbone : weights == RandomWeights ? Architecture.SmallCnn.Name : Architecture.MobileNetV2.Name;
        if (!Architecture.TryParse(name, out Architecture? architecture))
            return FromCatalog(note, store, name);
        if (weights == RandomWeights)
            return new BackboneChoice(architecture);
        if (weights != Auto)
            return WithWeights(note, architecture, Existing(weights), store.Recognize(weights), isGiven: true);
        return store.Find(architecture.Name) is not null
            ? FromStore(note, store, architecture)
            : Scratch(note, architecture, $"its pretrained weights are not on this machine; {advice(architecture.Name)}");
    }

    /// <summary>
    /// What options leave open about the network: all of it, or how a file wants its images normalized. Null: nothing. <see cref="Architecture"/> alone
    /// is a network from scratch, as with random weights.
    /// </summary>
    /// <exception cref="SkinClassifierException">The file is damaged or not supported.</exception>
    internal static BackboneChoice? Of(ImageClassificationTrainerOptions options, Action<string> note) =>
        options.NamesNoNetwork ? Resolve(note: note)
        : options is { WeightsPath: { } file, Normalization: null } ? OfFile(_ => { }, options.Network, file, new WeightStore().Recognize(file)) : null;

    /// <summary>The options with this network.</summary>
    public ImageClassificationTrainerOptions Apply(ImageClassificationTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { Arch = Architecture, WeightsPath = OnnxFile, Pretrained = Pretrained, Normalization = options.Normalization ?? Normalization };
    }

    private static BackboneChoice FromStore(Action<string> note, WeightStore store, Architecture architecture) =>
        WithWeights(note, architecture, store.Require(architecture.Name), store.Find(architecture.Name)?.Entry);

    private static BackboneChoice WithWeights(Action<string> note, Architecture architecture, string file, WeightEntry? entry, bool isGiven = false)
    {
        if (entry?.Network != architecture.Name)
            entry = null;
        if (entry?.Package is not null)
            return OfFile(note, architecture, file, entry); // a network of its own beside the built-in one
        Backbone network = architecture.Build(entry?.Build() ?? new BackboneOptions { SkipInitialization = true });
        try
        {
            BackboneWeights.Load(network, file);
        }
        catch (ShapeMismatchException) when (!isGiven && file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return OfFile(note, architecture, file, entry, architecture.Normalization,
                $", because its layers are not those of the built-in {architecture.Name}");
        }
        string? license = LicenseOf(entry, file, out string known);
        network.License = license;
        note($"network: {architecture.Name} with the weights of {file} ({known})");
        bool isOnnx = file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
        Normalization? normalization = NormalizationOf(entry) ?? (isOnnx ? Said(file) : null);
        return new BackboneChoice(architecture, Pretrained: network, Normalization: normalization) { License = license };
    }

    private static BackboneChoice Scratch(Action<string> note, Architecture architecture, string why)
    {
        note($"network: {architecture.Name} from scratch, because {why}");
        return new BackboneChoice(architecture);
    }

    private static BackboneChoice FromCatalog(Action<string> note, WeightStore store, string backbone)
    {
        if (WeightCatalog.Find(backbone) is not { } entry)
            throw new ArgumentException($"expected {string.Join(", ", ArchitectureCatalog.All.Select(a => a.Name))}, a name of the catalog of "
                + $"weights or an ONNX file, received {backbone}", nameof(backbone));
        string file = store.Require(backbone);
        if (entry.Network is not null)
            return WithWeights(note, Architecture.Parse(entry.Network), file, entry);
        return OfFile(note, Architecture.MobileNetV2, file, entry);
    }

    /// <summary>The network inside a file; <paramref name="assumed"/> is its normalization where neither the catalog nor the file says one.</summary>
    private static BackboneChoice OfFile(
        Action<string> note, Architecture architecture, string file, WeightEntry? entry, Normalization? assumed = null, string because = "")
    {
        string? license = LicenseOf(entry, file, out string known);
        note($"network: {(entry is null ? "" : $"{entry.Name}, ")}the one inside {file} ({known}){because}");
        Normalization? said = NormalizationOf(entry) ?? Said(file);
        return new BackboneChoice(architecture, file, Normalization: said ?? assumed) { IsNormalizationAssumed = said is null, License = license };
    }

    /// <summary>The license of a file's weights, or null; <paramref name="known"/> says license and hash for people.</summary>
    private static string? LicenseOf(WeightEntry? entry, string file, out string known)
    {
        string hash = FileContent.Sha256(file);
        string? license = entry?.License ?? KnownNetworks.OfHash(hash)?.License;
        known = $"{(license is null ? "license unknown" : $"{license} license")}, SHA-256 {hash}";
        return license;
    }

    private static Normalization? NormalizationOf(WeightEntry? entry) =>
        entry is not null && Normalization.TryParse(entry.Normalization, out Normalization? found) ? found : null;

    /// <summary>What the file says about its normalization, or null.</summary>
    private static Normalization? Said(string file) => NetworkFacts.Of(OnnxModel.Load(Existing(file)), file).Normalization;

    private static string Existing(string file) =>
        File.Exists(file) ? file
            : throw new FileNotFoundException($"{file}: expected a file with pretrained weights (.onnx or .safetensors), found no such file.", file);
}
