using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// ResNetV2-50 and -101 (He et al., 2016): BatchNormalization and ReLU before the convolutions. Names and first weights as timm's
/// resnetv2_50 and resnetv2_101: convolutions Kaiming normal (fan out), the last one of a block 0, last layer normal 0.01.
/// </summary>
internal static class ResNetV2Network
{
    public static Architecture ResNetV2With50Layers { get; } = Make("resnet_v2_50", "ResNetV2-50", 25_549_352, [3, 4, 6, 3], ["ResnetV250"]);

    public static Architecture ResNetV2With101Layers { get; } = Make("resnet_v2_101", "ResNetV2-101", 44_541_480, [3, 4, 23, 3], ["ResnetV2101"]);

    private static Architecture Make(string name, string displayName, long parameterCount, int[] repeats, string[] aliases) =>
        new(name, displayName, 224, Normalization.MinusOneToOne, parameterCount, (b, input, _) => Features(b, input, repeats),
            Classifier)
        { Aliases = aliases };

    private static BackboneTaps Features(GraphBuilder b, string input, int[] repeats)
    {
        string x = b.MaxPool(b.Conv(input, "stem.conv", 64, 7, 2, 3), "stem.pool", 3, 2, 1);
        for (int stage = 0; stage < repeats.Length; stage++)
            for (int i = 0; i < repeats[stage]; i++)
                x = Block(b, x, $"stages.{stage}.blocks.{i}", 256 << stage, i == 0 && stage > 0 ? 2 : 1, i == 0);
        string map = Activate(b, x, "norm");
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(map, "head.global_pool"), "head.flatten"), map);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) =>
        b.Gemm(taps.FeatureTensor, "head.fc", options.Classes, Initializer.Normal(0.01));

    private static string Block(GraphBuilder b, string input, string name, int channels, int stride, bool isFirst)
    {
        string before = Activate(b, input, name + ".norm1");
        string shortcut = isFirst ? b.Conv(before, name + ".downsample.conv", channels, 1, stride) : input;
        string x = b.Conv(before, name + ".conv1", channels / 4, 1);
        x = b.Conv(Activate(b, x, name + ".norm2"), name + ".conv2", channels / 4, 3, stride, 1);
        x = b.Conv(Activate(b, x, name + ".norm3"), name + ".conv3", channels, 1, weight: Initializer.Zeros);
        return b.Add(x, shortcut, name + ".add");
    }

    private static string Activate(GraphBuilder b, string x, string name) => b.Relu(b.BatchNormalization(x, name), name + ".act");
}
