using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// ConvNeXt-Tiny (Liu et al., 2022). Names and first weights as torchvision: truncated normal 0.02, biases 0, layer scale 1e-6. The
/// dense layers inside a block are 1×1 convolutions here, so their weights have two more axes of length 1. The reference drops whole
/// blocks at random while training (stochastic depth); this graph does not.
/// </summary>
internal static class ConvNextNetwork
{
    private static readonly (int Channels, int Blocks)[] _stages = [(96, 3), (192, 3), (384, 9), (768, 3)];
    private static readonly Initializer _weights = Initializer.TruncatedNormal(0.02);

    public static Architecture Tiny { get; } = new("convnext_tiny", "ConvNeXt-Tiny", 224, Normalization.Imagenet, 28_589_128, Features, Classifier);

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        string x = Normalize(b, b.Conv(input, "features.0.0", 96, 4, 4, weight: _weights, bias: Initializer.Zeros), "features.0.1");
        for (int stage = 0; stage < _stages.Length; stage++)
        {
            if (stage > 0)
                x = b.Conv(Normalize(b, x, $"features.{2 * stage}.0"), $"features.{2 * stage}.1", _stages[stage].Channels, 2, 2, weight: _weights,
                    bias: Initializer.Zeros);
            for (int i = 0; i < _stages[stage].Blocks; i++)
                x = Block(b, x, $"features.{2 * stage + 1}.{i}");
        }
        string pooled = b.Flatten(b.GlobalAveragePool(x, "avgpool"), "classifier.1");
        return new BackboneTaps(b.LayerNormalization(pooled, "classifier.0", 1e-6f), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) =>
        b.Gemm(taps.FeatureTensor, "classifier.2", options.Classes, _weights);

    private static string Block(GraphBuilder b, string input, string name)
    {
        int channels = b.ChannelsOf(input);
        string x = b.Conv(input, name + ".block.0", channels, 7, 1, 3, channels, weight: _weights, bias: Initializer.Zeros);
        x = b.Conv(Normalize(b, x, name + ".block.2"), name + ".block.3", 4 * channels, 1, weight: _weights, bias: Initializer.Zeros);
        x = b.Conv(b.Gelu(x, name + ".block.4"), name + ".block.5", channels, 1, weight: _weights, bias: Initializer.Zeros);
        string scale = b.Parameter(name + ".layer_scale", new TensorShape(channels, 1, 1), Initializer.Constant(1e-6f));
        return b.Add(b.Mul(x, scale, name + ".scaled"), input, name + ".add");
    }

    // LayerNormalization over the channels of every pixel
    private static string Normalize(GraphBuilder b, string x, string name) =>
        b.Transpose(b.LayerNormalization(b.Transpose(x, name + ".to_last", 0, 2, 3, 1), name, 1e-6f), name + ".to_first", 0, 3, 1, 2);
}
