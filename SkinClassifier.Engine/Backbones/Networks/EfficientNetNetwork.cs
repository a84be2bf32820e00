using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// EfficientNet-B0 (Tan and Le, 2019) and EfficientNetV2-S (Tan and Le, 2021). Names and first weights as torchvision: convolutions
/// Kaiming normal (fan out), last layer uniform in ±1/√classes. The reference drops whole blocks at random while training
/// (stochastic depth); these graphs do not.
/// </summary>
internal static class EfficientNetNetwork
{
    private static readonly Stage[] _b0 =
    [
        new(false, 1, 3, 1, 16, 1), new(false, 6, 3, 2, 24, 2), new(false, 6, 5, 2, 40, 2), new(false, 6, 3, 2, 80, 3),
        new(false, 6, 5, 1, 112, 3), new(false, 6, 5, 2, 192, 4), new(false, 6, 3, 1, 320, 1),
    ];

    private static readonly Stage[] _v2S =
    [
        new(true, 1, 3, 1, 24, 2), new(true, 4, 3, 2, 48, 4), new(true, 4, 3, 2, 64, 4),
        new(false, 4, 3, 2, 128, 6), new(false, 6, 3, 1, 160, 9), new(false, 6, 3, 2, 256, 15),
    ];

    public static Architecture B0 { get; } = new("efficientnet_b0", "EfficientNet-B0", 224, Normalization.Imagenet, 5_288_548,
        (b, input, o) => Features(new Style(b, 1e-5f, o.SamePadding), input, 32, _b0), Classifier)
    { HasSamePadding = true };

    public static Architecture V2S { get; } = new("efficientnet_v2_s", "EfficientNetV2-S", 300, Normalization.Imagenet, 21_458_488,
        (b, input, o) => Features(new Style(b, 1e-3f, o.SamePadding), input, 24, _v2S), Classifier)
    { HasSamePadding = true };

    private static BackboneTaps Features(Style style, string input, int stem, Stage[] stages)
    {
        GraphBuilder b = style.Builder;
        string x = Unit(style, input, "features.0", stem, 3, 2, 1, true);
        for (int stage = 0; stage < stages.Length; stage++)
            for (int i = 0; i < stages[stage].Repeats; i++)
                x = Block(style, x, $"features.{stage + 1}.{i}.block", stages[stage], i == 0 ? stages[stage].Stride : 1);
        string map = Unit(style, x, $"features.{stages.Length + 1}", 1280, 1, 1, 1, true);
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(map, "avgpool"), "flatten"), map);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options)
    {
        double bound = 1 / Math.Sqrt(options.Classes);
        return b.Gemm(b.Dropout(taps.FeatureTensor, "classifier.0", 0.2f), "classifier.1", options.Classes, Initializer.Uniform(-bound, bound));
    }

    private static string Block(Style style, string input, string name, Stage stage, int stride)
    {
        GraphBuilder b = style.Builder;
        int channels = b.ChannelsOf(input), expanded = channels * stage.Expansion, part = 0;
        string x = input;
        if (stage.IsFused)
        {
            bool expands = stage.Expansion != 1;
            x = Unit(style, x, $"{name}.{part++}", expands ? expanded : stage.Channels, stage.Kernel, stride, 1, true);
            if (expands)
                x = Unit(style, x, $"{name}.{part}", stage.Channels, 1, 1, 1, false);
        }
        else
        {
            if (stage.Expansion != 1)
                x = Unit(style, x, $"{name}.{part++}", expanded, 1, 1, 1, true);
            x = Unit(style, x, $"{name}.{part++}", expanded, stage.Kernel, stride, expanded, true);
            x = SqueezeExcitation.Add(b, x, $"{name}.{part++}", Math.Max(1, channels / 4), b.Silu, b.Sigmoid);
            x = Unit(style, x, $"{name}.{part}", stage.Channels, 1, 1, 1, false);
        }
        return stride == 1 && channels == stage.Channels ? b.Add(x, input, $"{name}.add") : x;
    }

    private static string Unit(Style style, string x, string name, int channels, int kernel, int stride, int group, bool active)
    {
        GraphBuilder b = style.Builder;
        bool same = style.SamePadding && stride > 1;
        x = b.BatchNormalization(b.Conv(
            x, $"{name}.0", channels, kernel, stride, same ? 0 : kernel / 2, group, autoPad: same ? "SAME_UPPER" : "NOTSET"), $"{name}.1", style.Epsilon);
        return active ? b.Silu(x, $"{name}.2") : x;
    }

    private readonly record struct Style(GraphBuilder Builder, float Epsilon, bool SamePadding);

    private readonly record struct Stage(bool IsFused, int Expansion, int Kernel, int Stride, int Channels, int Repeats);
}
