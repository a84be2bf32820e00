using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Networks;

/// <summary>
/// VGG-16 (Simonyan and Zisserman, 2014), without BatchNormalization. Names and first weights as torchvision: convolutions Kaiming
/// normal (fan out), dense layers normal 0.01. At input sizes other than 224 the last map is averaged to 7 × 7 as PyTorch's adaptive
/// pooling does.
/// </summary>
internal static class Vgg16Network
{
    private const int Grid = 7;
    private static readonly int[][] _stages = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

    public static Architecture Architecture { get; } =
        new("vgg16", "VGG16", 224, Normalization.Imagenet, 138_357_544, Features, Classifier) { Aliases = ["vgg_16"] };

    private static BackboneTaps Features(GraphBuilder b, string input, BackboneOptions options)
    {
        string x = input;
        int layer = 0;
        foreach (int[] stage in _stages)
        {
            foreach (int channels in stage)
            {
                x = b.Relu(b.Conv(x, $"features.{layer}", channels, 3, 1, 1, bias: Initializer.Zeros), $"features.{layer + 1}");
                layer += 2;
            }
            x = b.MaxPool(x, $"features.{layer++}", 2);
        }
        string y = b.Flatten(Averaged(b, x), "flatten");
        y = b.Dropout(b.Relu(b.Gemm(y, "classifier.0", 4096, Initializer.Normal(0.01)), "classifier.1"), "classifier.2", 0.5f);
        return new BackboneTaps(b.Relu(b.Gemm(y, "classifier.3", 4096, Initializer.Normal(0.01)), "classifier.4"), x);
    }

    private static string Classifier(GraphBuilder b, BackboneTaps taps, BackboneOptions options) =>
        b.Gemm(b.Dropout(taps.FeatureTensor, "classifier.5", 0.5f), "classifier.6", options.Classes, Initializer.Normal(0.01));

    // cell i is the mean of rows ⌊i·H/7⌋ … ⌈(i+1)·H/7⌉ − 1 (columns likewise): averaging matrices from left and right
    private static string Averaged(GraphBuilder b, string x)
    {
        TensorShape shape = b.ShapeOf(x);
        if (shape[2] == Grid && shape[3] == Grid)
            return x;
        string rows = b.Constant("avgpool.rows", Averages(shape[2], false)), columns = b.Constant("avgpool.columns", Averages(shape[3], true));
        return b.Add("MatMul", "avgpool", [b.Add("MatMul", "avgpool.vertical", [rows, x]), columns]);
    }

    private static Tensor Averages(int length, bool transposed)
    {
        Tensor matrix = new(transposed ? new TensorShape(length, Grid) : new TensorShape(Grid, length));
        for (int cell = 0; cell < Grid; cell++)
        {
            int from = cell * length / Grid, to = ((cell + 1) * length + Grid - 1) / Grid;
            for (int i = from; i < to; i++)
                matrix.Values[transposed ? i * Grid + cell : cell * length + i] = 1f / (to - from);
        }
        return matrix;
    }
}
