using System.Collections.Frozen;
using SkinClassifier.Common;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Graphs;

/// <summary>All operators by ONNX name. To add one: its file in Operators, one line here, its cases in the tests.</summary>
public static class OperatorCatalog
{
    private static readonly FrozenDictionary<string, Func<OperatorAttributes, int, int, Operator>> _operators = new Dictionary<string, Func<OperatorAttributes, int, int, Operator>>(StringComparer.Ordinal)
    {
        ["Add"] = (_, _, _) => new Add(),
        ["AveragePool"] = (a, _, _) => new AveragePool(a),
        ["BatchNormalization"] = (a, _, _) => new BatchNormalization(a),
        ["Clip"] = (a, _, _) => new Clip(a),
        ["Concat"] = (a, _, _) => new Concat(a),
        ["Conv"] = (a, _, _) => new Conv(a),
        ["Div"] = (_, _, _) => new Div(),
        ["Dropout"] = (a, _, _) => new Dropout(a),
        ["Flatten"] = (a, _, _) => new Flatten(a),
        ["Gemm"] = (a, _, _) => new Gemm(a),
        ["GlobalAveragePool"] = (_, _, _) => new GlobalAveragePool(),
        ["Identity"] = (_, _, _) => new Identity(),
        ["MatMul"] = (_, _, _) => new MatMul(),
        ["MaxPool"] = (a, _, outputs) => new MaxPool(a, outputs),
        ["Mul"] = (_, _, _) => new Mul(),
        ["Relu"] = (_, _, _) => new Relu(),
        ["Reshape"] = (a, _, _) => new Reshape(a),
        ["Sigmoid"] = (_, _, _) => new Sigmoid(),
        ["Softmax"] = (a, _, _) => new Softmax(a),
        ["Sub"] = (_, _, _) => new Sub(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>ONNX names of all operators that can run and be trained.</summary>
    public static IReadOnlyCollection<string> OpTypes => _operators.Keys;

    /// <summary>Creates operator <paramref name="opType"/> in the terms of opset 20.</summary>
    /// <param name="opType">ONNX name, for example "Conv".</param>
    /// <param name="attributes">Attributes and constant inputs.</param>
    /// <param name="inputCount">How many inputs the node names; constant inputs are not among them.</param>
    /// <param name="outputCount">How many outputs the node names.</param>
    /// <exception cref="UnsupportedContentException">No such operator here, or an attribute value that it does not support.</exception>
    public static Operator Create(string opType, OperatorAttributes attributes, int inputCount, int outputCount)
    {
        ArgumentNullException.ThrowIfNull(opType);
        ArgumentNullException.ThrowIfNull(attributes);
        if (!_operators.TryGetValue(opType, out Func<OperatorAttributes, int, int, Operator>? create))
            throw new UnsupportedContentException($"Operator catalogue: '{opType}' is not supported. Supported: {string.Join(", ", OpTypes.Order(StringComparer.Ordinal))}.");
        return create(attributes, inputCount, outputCount);
    }
}
