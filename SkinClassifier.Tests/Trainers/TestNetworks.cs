using SkinClassifier.Backbones;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Trainers;

/// <summary>Small networks for tests of the trainer.</summary>
internal static class TestNetworks
{
    /// <summary>Two convolutions with BatchNormalization and a residual one, pooled to 16 features; weights at random.</summary>
    public static Backbone Small(int side = 16)
    {
        GraphBuilder builder = new("small", seed: 3);
        string x = builder.Input("input", new TensorShape(TensorShape.Free, 3, side, side));
        x = builder.Relu(builder.BatchNormalization(builder.Conv(x, "conv1", 8, 3, 2, 1), "bn1"), "relu1");
        x = builder.Relu(builder.BatchNormalization(builder.Conv(x, "conv2", 16, 3, 2, 1), "bn2"), "relu2");
        string y = builder.BatchNormalization(builder.Conv(x, "conv3", 16, 3, 1, 1), "bn3");
        string map = builder.Relu(builder.Add(x, y, "sum"), "relu3");
        string features = builder.Flatten(builder.GlobalAveragePool(map, "pool"), "flatten");
        return new Backbone("small", builder.Build(features), features, map, Normalization.Imagenet, side);
    }

    /// <summary>Made for 224 pixels, 3 features; two paths that round a side down and up, and so agree at multiples of 32 alone.</summary>
    public static Backbone OfMultiplesOf32()
    {
        GraphBuilder builder = new("halves");
        string x = builder.BatchNormalization(builder.Input("input", new TensorShape(1, 3, 224, 224)), "norm");
        string up = builder.Conv(x, "up", 3, 3, 32, 1), down = builder.AveragePool(x, "down", new Extent(32, 32), new Extent(32, 32));
        string features = builder.Flatten(builder.GlobalAveragePool(builder.Add(up, down, "sum"), "pool"), "features");
        return new Backbone("halves", builder.Build(features), features, null, Normalization.Imagenet, 224);
    }
}
