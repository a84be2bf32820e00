using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// MobileNetV3-Large (Howard et al., 2019). Names and first weights as torchvision: convolutions Kaiming normal (fan out), dense
/// layers normal 0.01; BatchNormalization epsilon 0.001 and 0.99 of the old statistic kept.
/// </summary>
internal static class MobileNetV3LargeNetwork
{
    // kernel, expanded and output channels, squeeze and excitation, hard swish, stride (table 1 of the paper)
    private static readonly (int Kernel, int Expanded, int Channels, bool Squeeze, bool HardSwish, int Stride)[] _blocks =
    [
        (3, 16, 16, false, false, 1), (3, 64, 24, false, false, 2), (3, 72, 24, false, false, 1),
        (5, 72, 40, true, false, 2), (5, 120, 40, true, false, 1), (5, 120, 40, true, false, 1),
        (3, 240, 80, false, true, 2), (3, 200, 80, false, true, 1), (3, 184, 80, false, true, 1), (3, 184, 80, false, true, 1),
        (3, 480, 112, true, true, 1), (3, 672, 112, true, true, 1),
        (5, 672, 160, true, true, 2), (5, 960, 160, true, true, 1), (5, 960, 160, true, true, 1),
    ];

    public static Architecture Architecture { get; } =
        new("mobilenet_v3_large", "MobileNetV3-Large", 224, Normalization.Imagenet, 5_483_032, Features, Classifier) { HasWidths = true };

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        int Width(int channels) => Channels.Round(channels * options.WidthMultiplier);
        string x = Unit(b, input, "features.0", Width(16), 3, 2, 1, b.HardSwish);
        for (int i = 0; i < _blocks.Length; i++)
        {
            (int kernel, int expanded, int channels, bool squeeze, bool hardSwish, int stride) = _blocks[i];
            x = Block(b, x, $"features.{i + 1}.block", kernel, Width(expanded), Width(channels), squeeze, hardSwish ? b.HardSwish : b.Relu, stride);
        }
        string map = Unit(b, x, $"features.{_blocks.Length + 1}", 6 * b.ChannelsOf(x), 1, 1, 1, b.HardSwish);
        string pooled = b.Flatten(b.GlobalAveragePool(map, "avgpool"), "flatten");
        return new BackboneTaps(b.HardSwish(b.Gemm(pooled, "classifier.0", Width(1280), Initializer.Normal(0.01)), "classifier.1"), map);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) =>
        b.Gemm(b.Dropout(taps.FeatureTensor, "classifier.2", 0.2f), "classifier.3", options.Classes, Initializer.Normal(0.01));

    private static string Block(
        GraphBuilder b, string input, string name, int kernel, int expanded, int channels, bool squeeze, Func<string, string, string> activation, int stride)
    {
        string x = input;
        int part = 0;
        if (expanded != b.ChannelsOf(input))
            x = Unit(b, x, $"{name}.{part++}", expanded, 1, 1, 1, activation);
        x = Unit(b, x, $"{name}.{part++}", expanded, kernel, stride, expanded, activation);
        if (squeeze)
            x = SqueezeExcitation.Add(b, x, $"{name}.{part++}", Channels.Round(expanded / 4), b.Relu, b.HardSigmoid);
        x = Unit(b, x, $"{name}.{part}", channels, 1, 1, 1, null);
        return stride == 1 && b.ChannelsOf(input) == channels ? b.Add(input, x, $"{name}.add") : x;
    }

    private static string Unit(GraphBuilder b, string x, string name, int channels, int kernel, int stride, int group, Func<string, string, string>? activation)
    {
        x = b.BatchNormalization(b.Conv(x, $"{name}.0", channels, kernel, stride, kernel / 2, group), $"{name}.1", 1e-3f, 0.99f);
        return activation is null ? x : activation(x, $"{name}.2");
    }
}
