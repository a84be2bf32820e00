using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// ResNet-18 and ResNet-50 (He et al., 2015), the stride of a bottleneck in its 3×3 convolution. Names and first weights as
/// torchvision: convolutions Kaiming normal (fan out), last layer ±1/√F.
/// </summary>
internal static class ResNetNetwork
{
    public static Architecture ResNet18 { get; } = Make("resnet18", "ResNet-18", 11_689_512, false, [2, 2, 2, 2], ["ResnetV118", "ResNet18"]);

    public static Architecture ResNet50 { get; } = Make("resnet50", "ResNet-50", 25_557_032, true, [3, 4, 6, 3], ["ResnetV150", "ResNet50"]);

    private static Architecture Make(string name, string displayName, long parameterCount, bool bottleneck, int[] repeats, string[] aliases) =>
        new(name, displayName, 224, Normalization.Imagenet, parameterCount, (b, input, _) => Features(b, input, bottleneck, repeats),
            Classifier)
        { Aliases = aliases };

    private static BackboneTaps Features(GraphBuilder b, string input, bool bottleneck, int[] repeats)
    {
        string x = b.Relu(b.BatchNormalization(b.Conv(input, "conv1", 64, 7, 2, 3), "bn1"), "relu");
        x = b.MaxPool(x, "maxpool", 3, 2, 1);
        for (int stage = 0; stage < repeats.Length; stage++)
            for (int i = 0; i < repeats[stage]; i++)
            {
                string name = $"layer{stage + 1}.{i}";
                int stride = i == 0 && stage > 0 ? 2 : 1;
                x = bottleneck ? Bottleneck(b, x, name, 64 << stage, stride) : Basic(b, x, name, 64 << stage, stride);
            }
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(x, "avgpool"), "flatten"), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) => Dense.Add(b, taps.FeatureTensor, "fc", options.Classes);

    private static string Basic(GraphBuilder b, string input, string name, int channels, int stride)
    {
        string x = b.Relu(b.BatchNormalization(b.Conv(input, name + ".conv1", channels, 3, stride, 1), name + ".bn1"), name + ".relu1");
        x = b.BatchNormalization(b.Conv(x, name + ".conv2", channels, 3, 1, 1), name + ".bn2");
        return b.Relu(b.Add(x, Shortcut(b, input, name, channels, stride), name + ".add"), name + ".relu");
    }

    private static string Bottleneck(GraphBuilder b, string input, string name, int channels, int stride)
    {
        string x = b.Relu(b.BatchNormalization(b.Conv(input, name + ".conv1", channels, 1), name + ".bn1"), name + ".relu1");
        x = b.Relu(b.BatchNormalization(b.Conv(x, name + ".conv2", channels, 3, stride, 1), name + ".bn2"), name + ".relu2");
        x = b.BatchNormalization(b.Conv(x, name + ".conv3", 4 * channels, 1), name + ".bn3");
        return b.Relu(b.Add(x, Shortcut(b, input, name, 4 * channels, stride), name + ".add"), name + ".relu");
    }

    private static string Shortcut(GraphBuilder b, string input, string name, int channels, int stride) => stride == 1 && b.ChannelsOf(input) == channels
        ? input
        : b.BatchNormalization(b.Conv(input, name + ".downsample.0", channels, 1, stride), name + ".downsample.1");
}
