namespace SkinClassifier.Graphs.Files;

/// <summary>How a node is computed while a file is read, when all its inputs are known: shape arithmetic, casts, rearranged weights.</summary>
/// <param name="Least">How many inputs it has at least.</param>
/// <param name="Most">How many inputs it has at most.</param>
/// <param name="Compute">Its outputs, or null with the reason in the scope.</param>
internal sealed record ConstantFold(int Least, int Most, Func<FoldScope, FileNode, OnnxTensor[], OnnxTensor?[]?> Compute)
{
    /// <summary>A constant may grow to this many elements, or to as many as the largest input has.</summary>
    public const int MaxElements = 1 << 20;

    /// <summary>One output from so many inputs.</summary>
    public static ConstantFold Of(int least, int most, Func<FoldScope, FileNode, OnnxTensor[], OnnxTensor?> compute) =>
        new(least, most, (scope, node, x) => [compute(scope, node, x)]);

    /// <summary>Element by element, from one input.</summary>
    public static ConstantFold Unary(Func<float, float> floats, Func<long, long> integers) =>
        Of(1, 1, (_, _, x) => ConstantArithmetic.Unary(x[0], floats, integers));

    /// <summary>Element by element, from two inputs.</summary>
    public static ConstantFold Binary(Func<float, float, float> floats, Func<long, long, long> integers) =>
        Of(2, 2, (scope, _, x) => ConstantArithmetic.Binary(scope, x[0], x[1], floats, integers));

    /// <summary>Element by element, from any number of inputs.</summary>
    public static ConstantFold Variadic(Func<float, float, float> floats, Func<long, long, long> integers) => Of(1, int.MaxValue, (scope, _, x) =>
    {
        OnnxTensor? result = x[0];
        foreach (OnnxTensor next in x[1..])
            result = result is null ? null : ConstantArithmetic.Binary(scope, result, next, floats, integers);
        return result;
    });

    /// <summary>0 or 1 for each pair of elements.</summary>
    public static ConstantFold Compare(Func<float, float, bool> floats, Func<long, long, bool> integers) =>
        Of(2, 2, (scope, _, x) => ConstantArithmetic.Compare(scope, x[0], x[1], floats, integers));

    /// <summary>Along axes.</summary>
    public static ConstantFold Reduce(Func<float, float, float> floats, Func<long, long, long> integers) =>
        Of(1, 2, (scope, node, x) => ConstantLayout.Reduce(scope, node, x, floats, integers));

    /// <summary>Computes one node; null with the reason in <see cref="FoldScope.Reason"/> when the inputs do not fit the operator.</summary>
    public OnnxTensor[]? Run(FoldScope scope, FileNode node, OnnxTensor[] inputs)
    {
        if (inputs.Length < Least || inputs.Length > Most)
        {
            scope.Wrong($"expected {Least} to {Most} inputs, received {inputs.Length}");
            return null;
        }
        OnnxTensor?[]? results = Compute(scope, node, inputs);
        return results is null || results.Contains(null) ? null : Array.ConvertAll(results, r => r!);
    }
}

/// <summary>Takes down why constants do not fit an operator.</summary>
internal sealed class FoldScope
{
    /// <summary>Why, or null.</summary>
    public string? Reason { get; private set; }

    /// <summary>No result, for this reason.</summary>
    public OnnxTensor? Wrong(string reason)
    {
        Reason = reason;
        return null;
    }

    /// <summary>No, for this reason.</summary>
    public bool No(string reason)
    {
        Reason = reason;
        return false;
    }
}
