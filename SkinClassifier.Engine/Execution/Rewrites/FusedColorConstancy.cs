using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>
/// The nodes of shades-of-gray color constancy as one over planes: m_c = max(mean of x⁶, least), e = m^root, y = clip(x · √(mean of e² over c) / e_c).
/// </summary>
internal sealed class FusedColorConstancy : FusedUnary
{
    private static readonly string[] Types = ["Mul", "Mul", "Mul", "GlobalAveragePool", "Max", "Pow", "Mul", "ReduceMean", "Sqrt", "Div", "Mul", "Clip"];

    /// <summary>Smallest mean that counts.</summary>
    public required float Least { get; init; }

    /// <summary>Exponent of the mean.</summary>
    public required float Root { get; init; }

    /// <summary>Bounds of the result.</summary>
    public required (float Low, float High) Limits { get; init; }

    public override bool TakesActivation => false;

    /// <summary>Takes the nodes that <paramref name="nodes"/> begins with, unless they are anything else or one of their values is used elsewhere.</summary>
    public static int Rewrite(RewrittenGraph graph, ReadOnlySpan<Node> nodes)
    {
        if (nodes.Length < Types.Length)
            return 0;
        Node[] n = nodes[..Types.Length].ToArray();
        for (int i = 0; i < n.Length; i++)
            if (n[i].Operator.OpType != Types[i] || n[i].Outputs.Count != 1)
                return 0;
        string Out(int i) => n[i].Outputs[0];
        bool Reads(int i, params ReadOnlySpan<string> values) => values.SequenceEqual(n[i].Inputs.ToArray());
        string image = n[0].Inputs[0], input = graph.Resolve(image), least = n[4].Inputs[^1], root = n[5].Inputs[^1];
        bool wired = Reads(0, image, image) && Reads(1, Out(0), Out(0)) && Reads(2, Out(1), Out(0)) && Reads(3, Out(2)) && Reads(4, Out(3), least)
            && Reads(5, Out(4), root)
            && Reads(6, Out(5), Out(5)) && Reads(7, Out(6)) && Reads(8, Out(7)) && Reads(9, Out(8), Out(5)) && Reads(10, image, Out(9)) && Reads(11, Out(10));
        int[] expected = [3, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1];
        if (!wired || graph.IsParameter(input) || Enumerable.Range(0, expected.Length).Any(i => graph.Uses(Out(i)) != expected[i]))
            return 0;
        if (graph.Parameter(least) is not { Values: [float lowest] } || graph.Parameter(root) is not { Values: [float exponent] })
            return 0;
        if (n[7].Operator is not ReduceMean { KeepDims: true, ReducedAxes: [1] } || n[11].Operator is not Clip clip)
            return 0;
        graph.DropUses(input, 2);
        graph.Append(new FusedColorConstancy { Input = input, Output = Out(11), Least = lowest, Root = exponent, Limits = (clip.Min, clip.Max) });
        return n.Length;
    }
}
