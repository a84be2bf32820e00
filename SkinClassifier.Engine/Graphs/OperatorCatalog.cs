using System.Collections.Frozen;
using SkinClassifier.Common;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Graphs;

/// <summary>All operators by ONNX name. To add one: its file in Operators, one line here, its cases in the tests.</summary>
internal static class OperatorCatalog
{
    private static readonly FrozenDictionary<string, Func<OperatorAttributes, int, int, Operator>> _operators =
        new Dictionary<string, Func<OperatorAttributes, int, int, Operator>>(StringComparer.Ordinal)
        {
            ["Abs"] = (_, _, _) => new Abs(),
            ["Add"] = (_, _, _) => new Add(),
            ["ArgMax"] = (a, _, _) => new ArgMax(a),
            ["AveragePool"] = (a, _, _) => new AveragePool(a),
            ["BatchNormalization"] = (a, _, _) => new BatchNormalization(a),
            ["Cast"] = (a, _, _) => new Cast(a),
            ["Ceil"] = (_, _, _) => new Ceil(),
            ["Clip"] = (a, _, _) => new Clip(a),
            ["Concat"] = (a, _, _) => new Concat(a),
            ["Conv"] = (a, _, _) => new Conv(a),
            ["DepthToSpace"] = (a, _, _) => new DepthToSpace(a),
            ["Div"] = (_, _, _) => new Div(),
            ["Dropout"] = (a, _, _) => new Dropout(a),
            ["Elu"] = (a, _, _) => new Elu(a),
            ["Equal"] = (_, _, _) => new Equal(),
            ["Erf"] = (_, _, _) => new Erf(),
            ["Exp"] = (_, _, _) => new Exp(),
            ["Expand"] = (a, _, _) => new Expand(a),
            ["Flatten"] = (a, _, _) => new Flatten(a),
            ["Floor"] = (_, _, _) => new Floor(),
            ["Gather"] = (a, _, _) => new Gather(a),
            ["Gelu"] = (a, _, _) => new Gelu(a),
            ["Gemm"] = (a, _, _) => new Gemm(a),
            ["GlobalAveragePool"] = (_, _, _) => new GlobalAveragePool(),
            ["GlobalMaxPool"] = (_, _, _) => new GlobalMaxPool(),
            ["GroupNormalization"] = (a, _, _) => new GroupNormalization(a),
            ["HardSigmoid"] = (a, _, _) => new HardSigmoid(a),
            ["HardSwish"] = (_, _, _) => new HardSwish(),
            ["Identity"] = (_, _, _) => new Identity(),
            ["InstanceNormalization"] = (a, _, _) => new InstanceNormalization(a),
            ["LRN"] = (a, _, _) => new LRN(a),
            ["LayerNormalization"] = (a, _, _) => new LayerNormalization(a),
            ["LeakyRelu"] = (a, _, _) => new LeakyRelu(a),
            ["Log"] = (_, _, _) => new Log(),
            ["LogSoftmax"] = (a, _, _) => new LogSoftmax(a),
            ["MatMul"] = (_, _, _) => new MatMul(),
            ["Max"] = (_, _, _) => new Max(),
            ["MaxPool"] = (a, _, outputs) => new MaxPool(a, outputs),
            ["Min"] = (_, _, _) => new Min(),
            ["Mish"] = (_, _, _) => new Mish(),
            ["Mul"] = (_, _, _) => new Mul(),
            ["Neg"] = (_, _, _) => new Neg(),
            ["PRelu"] = (_, _, _) => new PRelu(),
            ["Pad"] = (a, _, _) => new Pad(a),
            ["Pow"] = (_, _, _) => new Pow(),
            ["Reciprocal"] = (_, _, _) => new Reciprocal(),
            ["ReduceL2"] = (a, _, _) => new ReduceL2(a),
            ["ReduceMax"] = (a, _, _) => new ReduceMax(a),
            ["ReduceMean"] = (a, _, _) => new ReduceMean(a),
            ["ReduceSum"] = (a, _, _) => new ReduceSum(a),
            ["ReduceSumSquare"] = (a, _, _) => new ReduceSumSquare(a),
            ["Relu"] = (_, _, _) => new Relu(),
            ["Reshape"] = (a, _, _) => new Reshape(a),
            ["Resize"] = (a, _, _) => new Resize(a),
            ["Selu"] = (a, _, _) => new Selu(a),
            ["Sigmoid"] = (_, _, _) => new Sigmoid(),
            ["Slice"] = (a, _, _) => new Slice(a),
            ["Softmax"] = (a, _, _) => new Softmax(a),
            ["Softplus"] = (_, _, _) => new Softplus(),
            ["SpaceToDepth"] = (a, _, _) => new SpaceToDepth(a),
            ["Split"] = (a, _, outputs) => new Split(a, outputs),
            ["Sqrt"] = (_, _, _) => new Sqrt(),
            ["Squeeze"] = (a, _, _) => new Squeeze(a),
            ["Sub"] = (_, _, _) => new Sub(),
            ["Sum"] = (_, _, _) => new Sum(),
            ["Swish"] = (a, _, _) => new Swish(a),
            ["Tanh"] = (_, _, _) => new Tanh(),
            ["Transpose"] = (a, _, _) => new Transpose(a),
            ["Unsqueeze"] = (a, _, _) => new Unsqueeze(a),
            ["Where"] = (_, _, _) => new Where(),
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
            throw new UnsupportedContentException(
                $"Operator catalog: '{opType}' is not supported. Supported: {string.Join(", ", OpTypes.Order(StringComparer.Ordinal))}.");
        return create(attributes, inputCount, outputCount);
    }
}
