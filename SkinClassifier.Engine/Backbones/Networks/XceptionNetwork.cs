using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// Xception (Chollet, 2017): depthwise separable convolutions with residual connections. Names and first weights as timm's legacy
/// xception: convolutions Kaiming normal (fan out), last layer ±1/√F.
/// </summary>
internal static class XceptionNetwork
{
    public static Architecture Architecture { get; } = new("xception", "Xception", 299, Normalization.MinusOneToOne, 22_855_952, Features, Classifier);

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        string x = Unit(b, b.Conv(input, "conv1", 32, 3, 2), "bn1");
        x = Unit(b, b.Conv(x, "conv2", 64, 3), "bn2");
        x = Block(b, x, "block1", [128, 128], 2, false);
        x = Block(b, x, "block2", [256, 256], 2, true);
        x = Block(b, x, "block3", [728, 728], 2, true);
        for (int block = 4; block < 12; block++)
            x = Block(b, x, $"block{block}", [728, 728, 728], 1, true);
        x = Block(b, x, "block12", [728, 1024], 2, true);
        x = Unit(b, Separable(b, x, "conv3", 1536), "bn3");
        x = Unit(b, Separable(b, x, "conv4", 2048), "bn4");
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(x, "global_pool"), "flatten"), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) => Dense.Add(b, taps.FeatureTensor, "fc", options.Classes);

    private static string Block(GraphBuilder b, string input, string name, int[] channels, int stride, bool startsWithRelu)
    {
        string x = input;
        int layer = 0;
        for (int i = 0; i < channels.Length; i++)
        {
            if (i > 0 || startsWithRelu)
                x = b.Relu(x, $"{name}.rep.{layer++}");
            x = Separable(b, x, $"{name}.rep.{layer++}", channels[i]);
            x = b.BatchNormalization(x, $"{name}.rep.{layer++}");
        }
        if (stride != 1)
            x = b.MaxPool(x, $"{name}.rep.{layer}", 3, stride, 1);
        string shortcut = stride == 1 && b.ChannelsOf(input) == channels[^1]
            ? input
            : b.BatchNormalization(b.Conv(input, name + ".skip", channels[^1], 1, stride), name + ".skipbn");
        return b.Add(x, shortcut, name + ".add");
    }

    private static string Separable(GraphBuilder b, string x, string name, int channels) =>
        b.Conv(b.Conv(x, name + ".conv1", b.ChannelsOf(x), 3, 1, 1, b.ChannelsOf(x)), name + ".pointwise", channels, 1);

    private static string Unit(GraphBuilder b, string x, string name) => b.Relu(b.BatchNormalization(x, name), name + ".act");
}
