using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Networks;

/// <summary>Squeeze and excitation (Hu et al., 2018): channels weighted by what two 1×1 convolutions make of their means.</summary>
internal static class SqueezeExcitation
{
    /// <summary>x · gate(fc2(activation(fc1(mean(x))))) with <paramref name="squeezed"/> channels in between.</summary>
    public static string Add(GraphBuilder b, string x, string name, int squeezed, Func<string, string, string> activation, Func<string, string, string> gate)
    {
        string y = b.Conv(b.GlobalAveragePool(x, name + ".avgpool"), name + ".fc1", squeezed, 1, bias: Initializer.Zeros);
        y = b.Conv(activation(y, name + ".activation"), name + ".fc2", b.ChannelsOf(x), 1, bias: Initializer.Zeros);
        return b.Mul(x, gate(y, name + ".scale_activation"), name);
    }
}
