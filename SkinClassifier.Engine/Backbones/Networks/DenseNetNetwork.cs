using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// DenseNet-121 (Huang et al., 2017). Names and first weights as torchvision: convolutions Kaiming normal (fan in), last layer
/// ±1/√F with biases 0.
/// </summary>
internal static class DenseNetNetwork
{
    private const int Growth = 32;
    private static readonly int[] _layers = [6, 12, 24, 16];
    private static readonly Initializer _weights = Initializer.KaimingNormal(FanMode.In);

    public static Architecture Architecture { get; } = new("densenet121", "DenseNet-121", 224, Normalization.Imagenet, 7_978_856, Features, Classifier);

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        string x = b.Conv(input, "features.conv0", 64, 7, 2, 3, weight: _weights);
        x = b.MaxPool(b.Relu(b.BatchNormalization(x, "features.norm0"), "features.relu0"), "features.pool0", 3, 2, 1);
        for (int block = 1; block <= _layers.Length; block++)
        {
            for (int layer = 1; layer <= _layers[block - 1]; layer++)
                x = Layer(b, x, $"features.denseblock{block}.denselayer{layer}");
            if (block < _layers.Length)
            {
                string name = $"features.transition{block}";
                x = b.Conv(b.Relu(b.BatchNormalization(x, name + ".norm"), name + ".relu"), name + ".conv", b.ChannelsOf(x) / 2, 1, weight: _weights);
                x = b.AveragePool(x, name + ".pool", 2);
            }
        }
        x = b.Relu(b.BatchNormalization(x, "features.norm5"), "features.relu5");
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(x, "avgpool"), "flatten"), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) => b.Gemm(taps.FeatureTensor, "classifier", options.Classes);

    private static string Layer(GraphBuilder b, string input, string name)
    {
        string x = b.Conv(b.Relu(b.BatchNormalization(input, name + ".norm1"), name + ".relu1"), name + ".conv1", 4 * Growth, 1, weight: _weights);
        x = b.Conv(b.Relu(b.BatchNormalization(x, name + ".norm2"), name + ".relu2"), name + ".conv2", Growth, 3, 1, 1, weight: _weights);
        return b.Concat([input, x], name + ".concat");
    }
}
