using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>ResNet-50 (v1.5: stride in the 3×3) with random weights, for speed only.</summary>
internal static class ResNet50Graph
{
    public static Graph Build()
    {
        GraphBuilder b = new("resnet50");
        string x = b.Input("input", new TensorShape(TensorShape.Free, 3, 224, 224));
        x = ConvNorm(b, x, "stem", 64, 7, 2, true);
        x = b.MaxPool(x, "pool", 3, 2, 1);
        (int Width, int Blocks, int Stride)[] stages = [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)];
        for (int s = 0; s < stages.Length; s++)
            for (int i = 0; i < stages[s].Blocks; i++)
            {
                string name = $"s{s}b{i}";
                int stride = i == 0 ? stages[s].Stride : 1;
                string shortcut = i == 0 ? ConvNorm(b, x, name + "shortcut", stages[s].Width * 4, 1, stride, false) : x;
                string y = ConvNorm(b, x, name + "a", stages[s].Width, 1, 1, true);
                y = ConvNorm(b, y, name + "b", stages[s].Width, 3, stride, true);
                y = ConvNorm(b, y, name + "c", stages[s].Width * 4, 1, 1, false, 0.2f);
                x = b.Relu(b.Add(y, shortcut, name + "add"), name + "relu");
            }
        return b.Build(b.Gemm(b.Flatten(b.GlobalAveragePool(x, "average"), "flatten"), "classes", 1000));
    }

    private static string ConvNorm(GraphBuilder b, string x, string name, int channels, int kernel, int stride, bool relu, float scale = 1)
    {
        string y = b.BatchNormalization(b.Conv(x, name, channels, kernel, stride, kernel / 2), name + "norm", scale: scale);
        return relu ? b.Relu(y, name + "relu") : y;
    }
}
