using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// SqueezeNet 1.1 (Iandola et al., 2016). Names and first weights as torchvision: convolutions Kaiming uniform with gain √2, the
/// last one normal 0.01. The class scores come from a 1×1 convolution before the pooling; the feature tensor is the pooled map
/// before that convolution.
/// </summary>
internal static class SqueezeNetNetwork
{
    // squeezed and expanded channels of the fire modules; 0 stands for a pooling
    private static readonly (int Squeezed, int Expanded)[] _layers =
        [(0, 0), (16, 64), (16, 64), (0, 0), (32, 128), (32, 128), (0, 0), (48, 192), (48, 192), (64, 256), (64, 256)];
    private static readonly Initializer _weights = Initializer.KaimingUniform(FanMode.In, Math.Sqrt(2));

    public static Architecture Architecture { get; } =
        new("squeezenet1_1", "SqueezeNet 1.1", 224, Normalization.Imagenet, 1_235_496, Features, Classifier) { Aliases = ["squeezenet"] };

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        string x = b.Relu(Conv(b, input, "features.0", 64, 3, 2), "features.1");
        for (int i = 0; i < _layers.Length; i++)
            x = _layers[i].Squeezed == 0 ? b.MaxPool(x, $"features.{i + 2}", 3, 2, ceil: true)
                : Fire(b, x, $"features.{i + 2}", _layers[i].Squeezed, _layers[i].Expanded);
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(x, "avgpool"), "flatten"), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options)
    {
        string x = b.Dropout(taps.LastFeatureMap!, "classifier.0", 0.5f);
        x = b.Relu(b.Conv(x, "classifier.1", options.Classes, 1, weight: Initializer.Normal(0.01), bias: Initializer.Zeros), "classifier.2");
        return b.Flatten(b.GlobalAveragePool(x, "classifier.3"), "classifier.flatten");
    }

    private static string Fire(GraphBuilder b, string x, string name, int squeezed, int expanded)
    {
        x = b.Relu(Conv(b, x, name + ".squeeze", squeezed, 1), name + ".squeeze_activation");
        string one = b.Relu(Conv(b, x, name + ".expand1x1", expanded, 1), name + ".expand1x1_activation");
        string three = b.Relu(Conv(b, x, name + ".expand3x3", expanded, 3, 1, 1), name + ".expand3x3_activation");
        return b.Concat([one, three], name);
    }

    private static string Conv(GraphBuilder b, string x, string name, int channels, int kernel, int stride = 1, int pad = 0) =>
        b.Conv(x, name, channels, kernel, stride, pad, weight: _weights, bias: Initializer.Zeros);
}
