using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// MobileNetV2 (Sandler et al., 2018): inverted residual blocks with linear bottlenecks, ReLU6. Names and first weights as
/// torchvision: convolutions Kaiming normal (fan out), last layer normal 0.01, BatchNormalization 1 and 0.
/// </summary>
internal static class MobileNetV2Network
{
    // expansion t, channels c, repeats n, stride s of the first (table 2 of the paper)
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] _stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    public static Architecture Architecture { get; } =
        new("mobilenet_v2", "MobileNetV2", 224, Normalization.Imagenet, 3_504_872, Features, Classifier) { HasWidths = true };

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        double width = options.WidthMultiplier;
        string x = ConvUnit(b, input, "features.0", Channels.Round(32 * width), 3, 2, 1);
        int block = 1;
        foreach ((int expansion, int channels, int repeats, int stride) in _stages)
            for (int i = 0; i < repeats; i++)
                x = Block(b, x, $"features.{block++}", expansion, Channels.Round(channels * width), i == 0 ? stride : 1);
        string map = ConvUnit(b, x, $"features.{block}", Channels.Round(1280 * Math.Max(1, width)), 1, 1, 1);
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(map, "avgpool"), "flatten"), map);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) =>
        b.Gemm(b.Dropout(taps.FeatureTensor, "classifier.0", 0.2f), "classifier.1", options.Classes, Initializer.Normal(0.01));

    private static string Block(GraphBuilder b, string input, string name, int expansion, int channels, int stride)
    {
        int inner = b.ChannelsOf(input) * expansion, part = 0;
        string x = input;
        if (expansion != 1)
            x = ConvUnit(b, x, $"{name}.conv.{part++}", inner, 1, 1, 1);
        x = ConvUnit(b, x, $"{name}.conv.{part++}", inner, 3, stride, inner);
        x = b.Conv(x, $"{name}.conv.{part}", channels, 1);
        x = b.BatchNormalization(x, $"{name}.conv.{part + 1}");
        return stride == 1 && b.ChannelsOf(input) == channels ? b.Add(input, x, $"{name}.add") : x;
    }

    private static string ConvUnit(GraphBuilder b, string x, string name, int channels, int kernel, int stride, int group) =>
        b.Clip(b.BatchNormalization(b.Conv(x, $"{name}.0", channels, kernel, stride, kernel / 2, group), $"{name}.1"), $"{name}.2", 0, 6);
}
