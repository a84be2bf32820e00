using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// InceptionV3 (Szegedy et al., 2015) without auxiliary head. Names and first weights as torchvision: truncated normal 0.1 within ±2;
/// BatchNormalization epsilon 0.001; averages count the padding.
/// </summary>
internal static class InceptionV3Network
{
    private static readonly Initializer _weights = Initializer.TruncatedNormal(0.1);

    public static Architecture Architecture { get; } = new("inception_v3", "InceptionV3", 299, Normalization.MinusOneToOne, 23_834_568, Features, Classifier);

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        string x = Unit(b, input, "Conv2d_1a_3x3", 32, 3, 2);
        x = Unit(b, x, "Conv2d_2a_3x3", 32, 3);
        x = b.MaxPool(Unit(b, x, "Conv2d_2b_3x3", 64, 3, 1, 1), "maxpool1", 3, 2);
        x = Unit(b, x, "Conv2d_3b_1x1", 80, 1);
        x = b.MaxPool(Unit(b, x, "Conv2d_4a_3x3", 192, 3), "maxpool2", 3, 2);
        x = MixedA(b, x, "Mixed_5b", 32);
        x = MixedA(b, x, "Mixed_5c", 64);
        x = MixedA(b, x, "Mixed_5d", 64);
        x = ReductionB(b, x, "Mixed_6a");
        x = MixedC(b, x, "Mixed_6b", 128);
        x = MixedC(b, x, "Mixed_6c", 160);
        x = MixedC(b, x, "Mixed_6d", 160);
        x = MixedC(b, x, "Mixed_6e", 192);
        x = ReductionD(b, x, "Mixed_7a");
        x = MixedE(b, x, "Mixed_7b");
        x = MixedE(b, x, "Mixed_7c");
        return new BackboneTaps(b.Flatten(b.GlobalAveragePool(x, "avgpool"), "flatten"), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) =>
        b.Gemm(b.Dropout(taps.FeatureTensor, "dropout", 0.5f), "fc", options.Classes, _weights, Initializer.Uniform(-1 / Math.Sqrt(2048), 1 / Math.Sqrt(2048)));

    private static string MixedA(GraphBuilder b, string x, string name, int pooled)
    {
        string one = Unit(b, x, name + ".branch1x1", 64, 1);
        string five = Unit(b, Unit(b, x, name + ".branch5x5_1", 48, 1), name + ".branch5x5_2", 64, 5, 1, 2);
        string three = Unit(b, x, name + ".branch3x3dbl_1", 64, 1);
        three = Unit(b, Unit(b, three, name + ".branch3x3dbl_2", 96, 3, 1, 1), name + ".branch3x3dbl_3", 96, 3, 1, 1);
        return b.Concat([one, five, three, Pooled(b, x, name, pooled)], name);
    }

    private static string ReductionB(GraphBuilder b, string x, string name)
    {
        string three = Unit(b, x, name + ".branch3x3", 384, 3, 2);
        string twice = Unit(b, Unit(b, x, name + ".branch3x3dbl_1", 64, 1), name + ".branch3x3dbl_2", 96, 3, 1, 1);
        twice = Unit(b, twice, name + ".branch3x3dbl_3", 96, 3, 2);
        return b.Concat([three, twice, b.MaxPool(x, name + ".pool", 3, 2)], name);
    }

    private static string MixedC(GraphBuilder b, string x, string name, int channels)
    {
        Extent row = new(1, 7), column = new(7, 1), rowPad = new(0, 3), columnPad = new(3, 0);
        string one = Unit(b, x, name + ".branch1x1", 192, 1);
        string seven = Unit(b, x, name + ".branch7x7_1", channels, 1);
        seven = Unit(b, seven, name + ".branch7x7_2", channels, row, 1, rowPad);
        seven = Unit(b, seven, name + ".branch7x7_3", 192, column, 1, columnPad);
        string twice = Unit(b, x, name + ".branch7x7dbl_1", channels, 1);
        twice = Unit(b, twice, name + ".branch7x7dbl_2", channels, column, 1, columnPad);
        twice = Unit(b, twice, name + ".branch7x7dbl_3", channels, row, 1, rowPad);
        twice = Unit(b, twice, name + ".branch7x7dbl_4", channels, column, 1, columnPad);
        twice = Unit(b, twice, name + ".branch7x7dbl_5", 192, row, 1, rowPad);
        return b.Concat([one, seven, twice, Pooled(b, x, name, 192)], name);
    }

    private static string ReductionD(GraphBuilder b, string x, string name)
    {
        string three = Unit(b, Unit(b, x, name + ".branch3x3_1", 192, 1), name + ".branch3x3_2", 320, 3, 2);
        string seven = Unit(b, x, name + ".branch7x7x3_1", 192, 1);
        seven = Unit(b, seven, name + ".branch7x7x3_2", 192, new Extent(1, 7), 1, new Extent(0, 3));
        seven = Unit(b, seven, name + ".branch7x7x3_3", 192, new Extent(7, 1), 1, new Extent(3, 0));
        seven = Unit(b, seven, name + ".branch7x7x3_4", 192, 3, 2);
        return b.Concat([three, seven, b.MaxPool(x, name + ".pool", 3, 2)], name);
    }

    private static string MixedE(GraphBuilder b, string x, string name)
    {
        string one = Unit(b, x, name + ".branch1x1", 320, 1);
        string three = Forked(b, Unit(b, x, name + ".branch3x3_1", 384, 1), name + ".branch3x3_2");
        string twice = Unit(b, Unit(b, x, name + ".branch3x3dbl_1", 448, 1), name + ".branch3x3dbl_2", 384, 3, 1, 1);
        return b.Concat([one, three, Forked(b, twice, name + ".branch3x3dbl_3"), Pooled(b, x, name, 192)], name);
    }

    private static string Forked(GraphBuilder b, string x, string name) => b.Concat(
        [Unit(b, x, name + "a", 384, new Extent(1, 3), 1, new Extent(0, 1)), Unit(b, x, name + "b", 384, new Extent(3, 1), 1, new Extent(1, 0))], name);

    private static string Pooled(GraphBuilder b, string x, string name, int channels) =>
        Unit(b, b.AveragePool(x, name + ".pool", 3, 1, 1, countPad: true), name + ".branch_pool", channels, 1);

    private static string Unit(GraphBuilder b, string x, string name, int channels, Extent kernel, int stride = 1, Extent pad = default) =>
        b.Relu(b.BatchNormalization(b.Conv(x, name + ".conv", channels, kernel, stride, pad, weight: _weights), name + ".bn", 1e-3f), name + ".relu");
}
