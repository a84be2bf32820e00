using SkinClassifier.Backbones.Networks;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones;

/// <summary>The two values of a network that heads and heat maps need.</summary>
internal readonly record struct BackboneTaps(string FeatureTensor, string? LastFeatureMap);

/// <summary>A built-in network: its names, native input and how to build it.</summary>
public sealed class Architecture
{
    private readonly Func<GraphBuilder, string, BackboneOptions, BackboneTaps> _features;
    private readonly Func<GraphBuilder, BackboneTaps, BackboneOptions, string> _classifier;

    /// <summary>
    /// Describes a network: <paramref name="features"/> adds everything up to the feature tensor to a builder, <paramref name="classifier"/> the last
    /// layers up to the class scores.
    /// </summary>
    internal Architecture(string name, string displayName, int inputSize, Normalization normalization, long parameterCount,
        Func<GraphBuilder, string, BackboneOptions, BackboneTaps> features, Func<GraphBuilder, BackboneTaps, BackboneOptions, string> classifier)
    {
        Name = name;
        DisplayName = displayName;
        InputSize = inputSize;
        Normalization = normalization;
        ParameterCount = parameterCount;
        _features = features;
        _classifier = classifier;
    }

    /// <summary>MobileNetV1, 224 × 224, 4.2 million parameters; has widths.</summary>
    public static Architecture MobileNetV1 => MobileNetV1Network.Architecture;

    /// <summary>MobileNetV2, 224 × 224, 3.5 million parameters; has widths.</summary>
    public static Architecture MobileNetV2 => MobileNetV2Network.Architecture;

    /// <summary>MobileNetV3-Large, 224 × 224, 5.5 million parameters; has widths.</summary>
    public static Architecture MobileNetV3Large => MobileNetV3LargeNetwork.Architecture;

    /// <summary>ResNet-18, 224 × 224, 11.7 million parameters.</summary>
    public static Architecture ResNet18 => ResNetNetwork.ResNet18;

    /// <summary>ResNet-50, 224 × 224, 25.6 million parameters.</summary>
    public static Architecture ResNet50 => ResNetNetwork.ResNet50;

    /// <summary>ResNetV2-50, 224 × 224, 25.5 million parameters.</summary>
    public static Architecture ResNetV250 => ResNetV2Network.ResNetV2With50Layers;

    /// <summary>ResNetV2-101, 224 × 224, 44.5 million parameters.</summary>
    public static Architecture ResNetV2101 => ResNetV2Network.ResNetV2With101Layers;

    /// <summary>InceptionV3, 299 × 299, 23.8 million parameters.</summary>
    public static Architecture InceptionV3 => InceptionV3Network.Architecture;

    /// <summary>VGG-16, 224 × 224, 138 million parameters.</summary>
    public static Architecture Vgg16 => Vgg16Network.Architecture;

    /// <summary>EfficientNet-B0, 224 × 224, 5.3 million parameters.</summary>
    public static Architecture EfficientNetB0 => EfficientNetNetwork.B0;

    /// <summary>EfficientNetV2-S, 300 × 300, 21.5 million parameters.</summary>
    public static Architecture EfficientNetV2S => EfficientNetNetwork.V2S;

    /// <summary>Xception, 299 × 299, 22.9 million parameters.</summary>
    public static Architecture Xception => XceptionNetwork.Architecture;

    /// <summary>DenseNet-121, 224 × 224, 8 million parameters.</summary>
    public static Architecture DenseNet121 => DenseNetNetwork.Architecture;

    /// <summary>ConvNeXt-Tiny, 224 × 224, 28.6 million parameters.</summary>
    public static Architecture ConvNextTiny => ConvNextNetwork.Tiny;

    /// <summary>SqueezeNet 1.1, 224 × 224, 1.2 million parameters.</summary>
    public static Architecture SqueezeNet11 => SqueezeNetNetwork.Architecture;

    /// <summary>Small convolutional network for training from scratch, 128 × 128; has widths.</summary>
    public static Architecture SmallCnn => SmallCnnNetwork.Architecture;

    /// <summary>Name in files and on the command line, for example "mobilenet_v2".</summary>
    public string Name { get; }

    /// <summary>Name for people, for example "MobileNetV2".</summary>
    public string DisplayName { get; }

    /// <summary>Native height and width of the images in pixels.</summary>
    public int InputSize { get; }

    /// <summary>Normalization of the reference implementation.</summary>
    public Normalization Normalization { get; }

    /// <summary>Trainable parameters with 1000 classes, width 1 and the native input size.</summary>
    public long ParameterCount { get; }

    /// <summary>Whether <see cref="BackboneOptions.WidthMultiplier"/> may differ from 1.</summary>
    public bool HasWidths { get; internal init; }

    /// <summary>Whether <see cref="BackboneOptions.SamePadding"/> may be asked for.</summary>
    public bool HasSamePadding { get; internal init; }

    /// <summary>The architecture of that name: snake_case, the display name or ML.NET's spelling, in any case.</summary>
    /// <exception cref="ArgumentException">There is no such architecture; the text lists all.</exception>
    public static Architecture Parse(string name) => TryParse(name, out Architecture? architecture)
        ? architecture
        : throw new ArgumentException(
            $"Architecture: expected one of {string.Join(", ", ArchitectureCatalog.All.Select(a => a.Name))}, received '{name}'.", nameof(name));

    /// <summary>Looks an architecture up as <see cref="Parse"/> does.</summary>
    public static bool TryParse(string? name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Architecture? architecture)
    {
        string plain = Plain(name ?? "");
        architecture = ArchitectureCatalog.All.FirstOrDefault(
            a => Plain(a.Name) == plain || Plain(a.DisplayName) == plain || a.Aliases.Any(alias => Plain(alias) == plain));
        return architecture is not null;
    }

    /// <summary>Builds the network with first weights of its reference implementation.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Backbone Build(BackboneOptions? options = null)
    {
        options ??= new BackboneOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Classes, "options.Classes");
        if (!(options.WidthMultiplier is >= 0.1 and <= 4))
            throw new ArgumentOutOfRangeException(
                nameof(options), $"{DisplayName}: expected a width multiplier from 0.1 to 4, received {options.WidthMultiplier}.");
        if (!HasWidths && options.WidthMultiplier != 1)
            throw new ArgumentException($"{DisplayName}: expected width multiplier 1, received {options.WidthMultiplier}. Networks with widths: "
                + $"{string.Join(", ", ArchitectureCatalog.All.Where(a => a.HasWidths).Select(a => a.Name))}.", nameof(options));
        if (!HasSamePadding && options.SamePadding)
            throw new ArgumentException($"{DisplayName}: expected even padding, received SamePadding. Networks with it: "
                + $"{string.Join(", ", ArchitectureCatalog.All.Where(a => a.HasSamePadding).Select(a => a.Name))}.", nameof(options));
        int size = options.InputSize ?? InputSize;
        if (size is < 1 or > 8192)
            throw new ArgumentOutOfRangeException(nameof(options), $"{DisplayName}: expected an input size from 1 to 8192 pixels, received {size}.");
        GraphBuilder builder = new(Name, options.Seed) { SkipInitialization = options.SkipInitialization };
        BackboneTaps taps = _features(builder, builder.Input("input", new TensorShape(TensorShape.Free, 3, size, size)), options);
        string output = options.Classes == 0 ? taps.FeatureTensor : _classifier(builder, taps, options);
        return new Backbone(Name, builder.Build(output), taps.FeatureTensor, taps.LastFeatureMap, Normalization, size);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Further spellings that are accepted.</summary>
    internal IReadOnlyList<string> Aliases { get; init; } = [];

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
}
