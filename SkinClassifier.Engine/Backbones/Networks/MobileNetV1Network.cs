using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// MobileNetV1 (Howard et al., 2017): thirteen depthwise separable blocks, ReLU6. Names as timm's mobilenetv1_100; first weights:
/// convolutions Kaiming normal (fan out), last layer normal 0.01.
/// </summary>
internal static class MobileNetV1Network
{
    // channels, repeats, stride of the first
    private static readonly (int Channels, int Repeats, int Stride)[] _stages = [(64, 1, 1), (128, 2, 2), (256, 2, 2), (512, 6, 2), (1024, 2, 2)];

    public static Architecture Architecture { get; } =
        new("mobilenet_v1", "MobileNetV1", 224, Normalization.MinusOneToOne, 4_231_976, Features, Classifier) { HasWidths = true };

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        string x = Unit(b, b.Conv(input, "conv_stem", Channels.Round(32 * options.WidthMultiplier), 3, 2, 1), "bn1");
        for (int stage = 0; stage < _stages.Length; stage++)
            for (int i = 0; i < _stages[stage].Repeats; i++)
            {
                string name = $"blocks.{stage}.{i}";
                x = Unit(b, b.Conv(x, name + ".conv_dw", b.ChannelsOf(x), 3, i == 0 ? _stages[stage].Stride : 1, 1, b.ChannelsOf(x)), name + ".bn1");
                x = Unit(b, b.Conv(x, name + ".conv_pw", Channels.Round(_stages[stage].Channels * options.WidthMultiplier), 1), name + ".bn2");
            }
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(x, "global_pool"), "flatten"), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) =>
        b.Gemm(taps.FeatureTensor, "classifier", options.Classes, Initializer.Normal(0.01));

    private static string Unit(GraphBuilder b, string x, string name) => b.Clip(b.BatchNormalization(x, name), name + ".act", 0, 6);
}
