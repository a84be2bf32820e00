using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>A last layer with PyTorch's default first values.</summary>
internal static class Dense
{
    /// <summary>Gemm whose weights and biases start uniform in ±1/√F.</summary>
    public static string Add(GraphBuilder b, string x, string name, int units)
    {
        double bound = 1 / Math.Sqrt(b.ShapeOf(x)[1]);
        return b.Gemm(x, name, units, Initializer.KaimingUniform(), Initializer.Uniform(-bound, bound));
    }
}
