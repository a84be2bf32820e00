using System.Collections.Frozen;
using SkinClassifier.Common;
using SkinClassifier.Graphs.Files;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Graphs;

/// <summary>
/// All operators by ONNX name, with what files must know about them. To add one: its file in Operators, one line here, its cases in the tests.
/// </summary>
internal static class OperatorCatalog
{
    private static readonly FrozenDictionary<string, OperatorFacts> _operators =
        new Dictionary<string, OperatorFacts>(StringComparer.Ordinal)
        {
            ["Abs"] = new((_, _, _) => new Abs())
            {
                Integers = IntegerSupport.All,
                Fold = ConstantFold.Unary(MathF.Abs, v => v == long.MinValue ? v : Math.Abs(v)),
            },
            ["Add"] = new((_, _, _) => new Add())
            {
                Integers = IntegerSupport.Wide,
                Upgrade = Upgrades.OldBroadcast,
                Fold = ConstantFold.Binary((a, b) => a + b, (a, b) => a + b),
            },
            ["ArgMax"] = new((a, _, _) => new ArgMax(a)) { Integers = IntegerSupport.All, ResultType = _ => ElementCode.Int64, Downgrade = ArgMax.Downgrade },
            ["AveragePool"] = new((a, _, _) => new AveragePool(a)) { Downgrade = AveragePool.Downgrade },
            ["BatchNormalization"] = new((a, _, _) => new BatchNormalization(a)) { Upgrade = BatchNormalization.Upgrade },
            ["Cast"] = new((a, _, _) => new Cast(a))
            {
                Integers = IntegerSupport.Conversion,
                ResultType = Cast.Target,
                HandsOn = Cast.IsToFloat,
                Upgrade = Cast.Upgrade,
                Downgrade = Cast.Downgrade,
                Fold = ConstantFold.Of(1, 1, (scope, n, x) => ConstantArithmetic.Cast(scope, x[0], Cast.Target(n))),
            },
            ["Ceil"] = new((_, _, _) => new Ceil()) { Fold = ConstantFold.Unary(MathF.Ceiling, v => v) },
            ["Clip"] = new((a, _, _) => new Clip(a))
            {
                Constants = [ConstantForm.Float, ConstantForm.Float],
                Integers = IntegerSupport.All,
                Upgrade = Clip.Upgrade,
                Downgrade = Clip.Downgrade,
            },
            ["Concat"] = new((a, _, _) => new Concat(a))
            {
                Integers = IntegerSupport.All,
                Upgrade = Concat.Upgrade,
                Fold = ConstantFold.Of(1, int.MaxValue, (scope, n, x) => ConstantLayout.Concat(scope, x, n.Int("axis", 0))),
            },
            ["Conv"] = new((a, _, _) => new Conv(a)) { OptionalInput = 2, Downgrade = Conv.Downgrade },
            ["DepthToSpace"] = new((a, _, _) => new DepthToSpace(a)) { Integers = IntegerSupport.All, Downgrade = DepthToSpace.Downgrade },
            ["Div"] = new((_, _, _) => new Div())
            {
                Integers = IntegerSupport.Wide,
                IsQuotient = true,
                Upgrade = Upgrades.OldBroadcast,
                Fold = ConstantFold.Of(2, 2, (scope, _, x) => ConstantArithmetic.Divide(scope, x[0], x[1])),
            },
            ["Dropout"] = new((a, _, _) => new Dropout(a)) { Constants = [ConstantForm.Float], Upgrade = Dropout.Upgrade, Downgrade = Dropout.Downgrade },
            ["Elu"] = new((a, _, _) => new Elu(a)),
            ["Equal"] = new((_, _, _) => new Equal())
            {
                Integers = IntegerSupport.All,
                ResultType = _ => ElementCode.Bool,
                Downgrade = Equal.Downgrade,
                Fold = ConstantFold.Compare((a, b) => a == b, (a, b) => a == b),
            },
            ["Erf"] = new((_, _, _) => new Erf()),
            ["Exp"] = new((_, _, _) => new Exp()) { Fold = ConstantFold.Unary(MathF.Exp, v => v) },
            ["Expand"] = new((a, _, _) => new Expand(a))
            {
                Constants = [ConstantForm.Integers],
                Integers = IntegerSupport.All,
                Fold = ConstantFold.Of(2, 2, (scope, _, x) => ConstantLayout.Expand(scope, x[0], x[1].AsIntegers())),
            },
            ["Flatten"] = new((a, _, _) => new Flatten(a))
            {
                Integers = IntegerSupport.All,
                Fold = ConstantFold.Of(1, 1, (scope, n, x) => ConstantLayout.Flatten(scope, x[0], n.Int("axis", 1))),
            },
            ["Floor"] = new((_, _, _) => new Floor()) { Fold = ConstantFold.Unary(MathF.Floor, v => v) },
            ["Gather"] = new((a, _, _) => new Gather(a))
            {
                Constants = [ConstantForm.IntegersOfRank],
                Integers = IntegerSupport.All,
                Upgrade = Gather.Upgrade,
                Fold = ConstantFold.Of(2, 2, (scope, n, x) => ConstantLayout.Gather(scope, x[0], x[1], n.Int("axis", 0))),
            },
            ["Gelu"] = new((a, _, _) => new Gelu(a)) { Downgrade = Gelu.Downgrade },
            ["Gemm"] = new((a, _, _) => new Gemm(a)) { OptionalInput = 2, Upgrade = Gemm.Upgrade, Downgrade = Gemm.Downgrade },
            ["GlobalAveragePool"] = new((_, _, _) => new GlobalAveragePool()),
            ["GlobalMaxPool"] = new((_, _, _) => new GlobalMaxPool()),
            ["GroupNormalization"] = new((a, _, _) => new GroupNormalization(a)) { Downgrade = GroupNormalization.Downgrade },
            ["HardSigmoid"] = new((a, _, _) => new HardSigmoid(a)),
            ["HardSwish"] = new((_, _, _) => new HardSwish()) { Downgrade = HardSwish.Downgrade },
            ["Identity"] = new((_, _, _) => new Identity())
            {
                Integers = IntegerSupport.All,
                KeepsName = true,
                Fold = ConstantFold.Of(1, 1, (_, _, x) => x[0]),
            },
            ["InstanceNormalization"] = new((a, _, _) => new InstanceNormalization(a)),
            ["LRN"] = new((a, _, _) => new LRN(a)) { Downgrade = LRN.Downgrade },
            ["LayerNormalization"] = new((a, _, _) => new LayerNormalization(a)) { OptionalInput = 2, Downgrade = LayerNormalization.Downgrade },
            ["LeakyRelu"] = new((a, _, _) => new LeakyRelu(a)),
            ["Log"] = new((_, _, _) => new Log()) { Fold = ConstantFold.Unary(MathF.Log, v => v) },
            ["LogSoftmax"] = new((a, _, _) => new LogSoftmax(a)) { Upgrade = SoftmaxOperator.Upgrade, Downgrade = SoftmaxOperator.Downgrade },
            ["MatMul"] = new((_, _, _) => new MatMul()),
            ["Max"] = new((_, _, _) => new Max()) { Integers = IntegerSupport.All, Fold = ConstantFold.Variadic(MathF.Max, Math.Max) },
            ["MaxPool"] = new((a, _, outputs) => new MaxPool(a, outputs))
            {
                Integers = IntegerSupport.All,
                Upgrade = Upgrades.KeepFirstOutput,
                Downgrade = MaxPool.Downgrade,
            },
            ["Min"] = new((_, _, _) => new Min()) { Integers = IntegerSupport.All, Fold = ConstantFold.Variadic(MathF.Min, Math.Min) },
            ["Mish"] = new((_, _, _) => new Mish()) { Downgrade = Mish.Downgrade },
            ["Mul"] = new((_, _, _) => new Mul())
            {
                Integers = IntegerSupport.Wide,
                Upgrade = Upgrades.OldBroadcast,
                Fold = ConstantFold.Binary((a, b) => a * b, (a, b) => a * b),
            },
            ["Neg"] = new((_, _, _) => new Neg()) { Integers = IntegerSupport.WideSigned, Fold = ConstantFold.Unary(v => -v, v => -v) },
            ["PRelu"] = new((_, _, _) => new PRelu()) { Upgrade = PRelu.Upgrade },
            ["Pad"] = new((a, _, _) => new Pad(a))
            {
                Constants = [ConstantForm.Integers, ConstantForm.Float, ConstantForm.Integers],
                Integers = IntegerSupport.All,
                Upgrade = Pad.Upgrade,
                Downgrade = Pad.Downgrade,
            },
            ["Pow"] = new((_, _, _) => new Pow())
            {
                Upgrade = Upgrades.OldBroadcast,
                Fold = ConstantFold.Of(2, 2, (scope, _, x) => ConstantArithmetic.Binary(
                    scope, x[0], x[0].IsFloat ? new OnnxTensor(x[1].Shape, x[1].AsFloats()) : x[1], MathF.Pow, (a, b) => (long)Math.Pow(a, b))),
            },
            ["Reciprocal"] = new((_, _, _) => new Reciprocal()) { Fold = ConstantFold.Unary(v => 1 / v, v => v) },
            ["ReduceL2"] = new((a, _, _) => new ReduceL2(a))
            {
                Constants = [ConstantForm.Integers],
                Upgrade = Upgrades.Axes(18),
                Downgrade = Downgrades.Axes(18),
            },
            ["ReduceMax"] = new((a, _, _) => new ReduceMax(a))
            {
                Constants = [ConstantForm.Integers],
                Integers = IntegerSupport.All,
                Upgrade = Upgrades.Axes(18),
                Downgrade = Downgrades.Axes(18),
                Fold = ConstantFold.Reduce(MathF.Max, Math.Max),
            },
            ["ReduceMean"] = new((a, _, _) => new ReduceMean(a))
            {
                Constants = [ConstantForm.Integers],
                Upgrade = Upgrades.Axes(18),
                Downgrade = Downgrades.Axes(18),
            },
            ["ReduceSum"] = new((a, _, _) => new ReduceSum(a))
            {
                Constants = [ConstantForm.Integers],
                Integers = IntegerSupport.Wide,
                Upgrade = Upgrades.Axes(13),
                Downgrade = Downgrades.Axes(13),
                Fold = ConstantFold.Reduce((a, b) => a + b, (a, b) => a + b),
            },
            ["ReduceSumSquare"] = new((a, _, _) => new ReduceSumSquare(a))
            {
                Constants = [ConstantForm.Integers],
                Upgrade = Upgrades.Axes(18),
                Downgrade = Downgrades.Axes(18),
            },
            ["Relu"] = new((_, _, _) => new Relu()) { Integers = IntegerSupport.All },
            ["Reshape"] = new((a, _, _) => new Reshape(a))
            {
                Constants = [ConstantForm.TargetShape],
                Integers = IntegerSupport.All,
                Upgrade = Reshape.Upgrade,
                Downgrade = Reshape.Downgrade,
                Fold = ConstantFold.Of(2, 2, (scope, n, x) => ConstantLayout.Reshape(scope, x[0], x[1].AsIntegers(), n.Int("allowzero", 0) != 0)),
            },
            ["Resize"] = new((a, _, _) => new Resize(a))
            {
                Constants = [ConstantForm.Floats, ConstantForm.Floats, ConstantForm.Lengths],
                IntegersOf = Resize.IntegersOf,
                Upgrade = ResizeOpsets.Upgrade,
                Downgrade = ResizeOpsets.Downgrade,
            },
            ["Selu"] = new((a, _, _) => new Selu(a)),
            ["Sigmoid"] = new((_, _, _) => new Sigmoid()),
            ["Slice"] = new((a, _, _) => new Slice(a))
            {
                Constants = [ConstantForm.Integers, ConstantForm.Integers, ConstantForm.Integers, ConstantForm.Integers],
                Integers = IntegerSupport.All,
                Upgrade = Slice.Upgrade,
                Downgrade = Slice.Downgrade,
                Fold = ConstantFold.Of(3, 5, (scope, _, x) => ConstantLayout.Slice(scope, x)),
            },
            ["Softmax"] = new((a, _, _) => new Softmax(a)) { Upgrade = SoftmaxOperator.Upgrade, Downgrade = SoftmaxOperator.Downgrade },
            ["Softplus"] = new((_, _, _) => new Softplus()),
            ["SpaceToDepth"] = new((a, _, _) => new SpaceToDepth(a)) { Integers = IntegerSupport.All },
            ["Split"] = new((a, _, outputs) => new Split(a, outputs))
            {
                Constants = [ConstantForm.Integers],
                Integers = IntegerSupport.All,
                Upgrade = Split.Upgrade,
                Downgrade = Split.Downgrade,
                Fold = new ConstantFold(1, 2, ConstantLayout.Split),
            },
            ["Sqrt"] = new((_, _, _) => new Sqrt()) { Fold = ConstantFold.Unary(MathF.Sqrt, v => v) },
            ["Squeeze"] = new((a, _, _) => new Squeeze(a))
            {
                Constants = [ConstantForm.Integers],
                Integers = IntegerSupport.All,
                Upgrade = Upgrades.Axes(13),
                Downgrade = Downgrades.Axes(13),
                Fold = ConstantFold.Of(1, 2, (scope, _, x) => ConstantLayout.Squeeze(scope, x[0], x.Length > 1 ? x[1].AsIntegers() : null)),
            },
            ["Sub"] = new((_, _, _) => new Sub())
            {
                Integers = IntegerSupport.WideSigned,
                Upgrade = Upgrades.OldBroadcast,
                Fold = ConstantFold.Binary((a, b) => a - b, (a, b) => a - b),
            },
            ["Sum"] = new((_, _, _) => new Sum()) { Integers = IntegerSupport.Wide },
            ["Swish"] = new((a, _, _) => new Swish(a)) { Downgrade = Swish.Downgrade },
            ["Tanh"] = new((_, _, _) => new Tanh()),
            ["Transpose"] = new((a, _, _) => new Transpose(a))
            {
                Integers = IntegerSupport.All,
                Fold = ConstantFold.Of(1, 1, (scope, n, x) => ConstantLayout.Transpose(scope, x[0], n.Ints("perm"))),
            },
            ["Unsqueeze"] = new((a, _, _) => new Unsqueeze(a))
            {
                Constants = [ConstantForm.Integers],
                AxesOfResult = true,
                Integers = IntegerSupport.All,
                Upgrade = Upgrades.Axes(13),
                Downgrade = Downgrades.Axes(13),
                Fold = ConstantFold.Of(2, 2, (scope, _, x) => ConstantLayout.Unsqueeze(scope, x[0], x[1].AsIntegers())),
            },
            ["Where"] = new((_, _, _) => new Where())
            {
                Integers = IntegerSupport.All,
                FirstTypedInput = 1,
                Downgrade = Where.Downgrade,
                Fold = ConstantFold.Of(3, 3, (scope, _, x) => ConstantArithmetic.Where(scope, x[0], x[1], x[2])),
            },

            // Known only while a file is read: computed from constants and shapes, or rewritten.
            ["And"] = new() { Fold = ConstantFold.Binary((_, _) => 0, (a, b) => a & b) },
            ["Constant"] = new() { Fold = ConstantFold.Of(0, 0, (scope, n, _) => ConstantLayout.Value(scope, n)) },
            ["ConstantOfShape"] = new()
            {
                Fold = ConstantFold.Of(1, 1, (scope, n, x) => ConstantLayout.Filled(scope, x[0], n.Attributes.GetValueOrDefault("value") as OnnxTensor)),
            },
            ["Greater"] = new() { Fold = ConstantFold.Compare((a, b) => a > b, (a, b) => a > b) },
            ["GreaterOrEqual"] = new() { Fold = ConstantFold.Compare((a, b) => a >= b, (a, b) => a >= b) },
            ["Less"] = new() { Fold = ConstantFold.Compare((a, b) => a < b, (a, b) => a < b) },
            ["LessOrEqual"] = new() { Fold = ConstantFold.Compare((a, b) => a <= b, (a, b) => a <= b) },
            ["Mean"] = new() { Upgrade = Upgrades.Mean },
            ["Mod"] = new() { Fold = ConstantFold.Of(2, 2, (scope, n, x) => ConstantArithmetic.Modulo(scope, x[0], x[1], n.Int("fmod", 0) != 0)) },
            ["Not"] = new() { Fold = ConstantFold.Unary(v => v, v => v == 0 ? 1 : 0) },
            ["Or"] = new() { Fold = ConstantFold.Binary((_, _) => 0, (a, b) => a | b) },
            ["Range"] = new() { Fold = ConstantFold.Of(3, 3, (scope, _, x) => ConstantLayout.Range(scope, x[0], x[1], x[2])) },
            ["ReduceMin"] = new() { Constants = [ConstantForm.Integers], Upgrade = Upgrades.Axes(18), Fold = ConstantFold.Reduce(MathF.Min, Math.Min) },
            ["ReduceProd"] = new()
            {
                Constants = [ConstantForm.Integers],
                Upgrade = Upgrades.Axes(18),
                Fold = ConstantFold.Reduce((a, b) => a * b, (a, b) => a * b),
            },
            ["Round"] = new() { Fold = ConstantFold.Unary(MathF.Round, v => v) },
            ["Shape"] = new() { FoldShape = ConstantLayout.ShapeOf },
            ["Size"] = new() { FoldShape = (_, shape) => new OnnxTensor(default, [shape.ElementCount]) },
            ["Tile"] = new()
            {
                Constants = [ConstantForm.Integers],
                Fold = ConstantFold.Of(2, 2, (scope, _, x) => ConstantLayout.Tile(scope, x[0], x[1].AsIntegers())),
            },
            ["Upsample"] = new() { Upgrade = Upgrades.Upsample },
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>ONNX names of all operators that can run and be trained.</summary>
    public static IReadOnlyCollection<string> OpTypes { get; } = [.. _operators.Where(o => o.Value.Create is not null).Select(o => o.Key)];

    /// <summary>All names, also of operators that are known only while a file is read.</summary>
    internal static IReadOnlyCollection<string> AllNames => _operators.Keys;

    /// <summary>What files must know about an operator, or null when it is not known at all.</summary>
    internal static OperatorFacts? Find(string opType) => _operators.GetValueOrDefault(opType);

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
        if (Find(opType)?.Create is not { } create)
            throw new UnsupportedContentException(
                $"Operator catalog: '{opType}' is not supported. Supported: {string.Join(", ", OpTypes.Order(StringComparer.Ordinal))}.");
        Operator op = create(attributes, inputCount, outputCount);
        return op.Refusal is string refusal ? throw new UnsupportedContentException(refusal) : op;
    }
}
