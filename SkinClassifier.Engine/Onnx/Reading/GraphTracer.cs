using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Files;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Reading;

/// <summary>
/// Walks the sorted nodes of a file for several input sizes at once: rewrites them to opset 20, computes what is constant,
/// hands constant inputs to their operators, and keeps the rest as nodes of the finished graph.
/// </summary>
internal sealed class GraphTracer
{
    /// <summary>
    /// Constants that are computed may have so many times the elements of the tensors in the file, and twice the largest small constant more.
    /// </summary>
    private const int Growth = 4;

    private readonly FileError _error;
    private readonly ReadingScope _scope;
    private readonly Func<string, OnnxTensor?> _weights;
    private readonly HashSet<string> _used, _names;
    private readonly Dictionary<string, TracedValue> _values = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _parameters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<float[]> _arrays = new(ReferenceEqualityComparer.Instance);
    private readonly int _lanes;
    private readonly long? _declaredBatch;
    private readonly Func<long> _elementsRead;
    private long _computed;

    /// <param name="error">Names the file in messages.</param>
    /// <param name="opset">The file's opset.</param>
    /// <param name="inputs">Real inputs with their shape in each lane.</param>
    /// <param name="weights">Finds an initializer.</param>
    /// <param name="used">All value names that nodes or outputs use.</param>
    /// <param name="elementsRead">How many elements the tensors that were read so far have; bounds what computed constants may hold together.</param>
    /// <param name="declaredBatch">The fixed batch size of the file when it is to become free; literal batch sizes in Reshape then become 0.</param>
    public GraphTracer(FileError error, long opset, IReadOnlyDictionary<string, TracedValue> inputs, Func<string, OnnxTensor?> weights,
        HashSet<string> used, Func<long> elementsRead, long? declaredBatch)
    {
        _error = error;
        _scope = new ReadingScope(this, error, opset);
        _weights = weights;
        _used = used;
        _names = new HashSet<string>(used, StringComparer.Ordinal);
        _declaredBatch = declaredBatch;
        _elementsRead = elementsRead;
        _lanes = inputs.Values.First().Shapes.Length;
        foreach ((string name, TracedValue value) in inputs)
            _values[name] = value;
    }

    /// <summary>The nodes of the finished graph.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The weights of the finished graph.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <summary>Names of parameters that are no weights of the file but constants of its computation.</summary>
    public IReadOnlySet<string> Constants => _constants;

    /// <summary>Takes the next node; returns why it cannot be had, or null.</summary>
    public SkinClassifierException? Add(FileNode node)
    {
        FileNode copy = new(node.OpType, node.Name, node.Inputs, node.Outputs) { Attributes = new(node.Attributes, StringComparer.Ordinal) };
        copy.Take("consumed_inputs"); // up to opset 5; says nothing about the result
        if (OperatorCatalog.Find(copy.OpType)?.Upgrade is { } upgrade)
            upgrade(copy, _scope);
        else
            _scope.Emit(copy);
        if (_scope.Refusal is not null)
            return _scope.Refusal;
        foreach (FileNode step in _scope.TakeEmitted())
            if (Place(step) is SkinClassifierException refusal)
                return refusal;
        return null;
    }

    /// <summary>The value of this name.</summary>
    public TracedValue Value(FileNode user, string name)
    {
        if (_values.TryGetValue(name, out TracedValue? value))
            return value;
        OnnxTensor weight = _weights(name)
            ?? throw _error.Damaged(user, name.Length == 0 ? "an input that must be given is absent."
                : $"its input '{name}' is made by no node, is no weight and no input of the graph. The file is damaged.");
        return _values[name] = Uniform(name, weight);
    }

    /// <summary>
    /// The value that is an output of the file, or null with the reason; a constant output becomes a parameter of the finished graph.
    /// </summary>
    public TracedValue? Output(string name, out SkinClassifierException? refusal)
    {
        FileNode user = new("output", name, [], []);
        TracedValue value = Value(user, name);
        refusal = value.Constants is null ? null : AsParameter(user, value);
        return refusal is null ? value : null;
    }

    public bool IsUsed(string value) => _used.Contains(value);

    public string Fresh(string name)
    {
        while (!_names.Add(name))
            name += "'";
        return name;
    }

    public void Define(string name, OnnxTensor value)
    {
        _values[name] = Uniform(name, value);
        _constants.Add(name);
    }

    private TracedValue Uniform(string name, OnnxTensor value) => new(name, [.. Enumerable.Repeat(value, _lanes)]);

    private SkinClassifierException? Place(FileNode node)
    {
        while (node.Inputs.Count > 0 && node.Inputs[^1].Length == 0)
            node.Inputs.RemoveAt(node.Inputs.Count - 1);
        TracedValue?[] inputs = [.. node.Inputs.Select(name => name.Length == 0 ? null : Value(node, name))];
        OperatorFacts facts = OperatorCatalog.Find(node.OpType)!;
        if (facts.FoldShape is { } foldShape && inputs is [TracedValue first, ..])
            return Record(node, 0, [.. first.Shapes.Select(shape => foldShape(node, shape))]);
        if (facts.Fold is ConstantFold fold && inputs.All(i => i?.Constants is not null))
            return Fold(facts, fold, node, inputs!);
        if (facts.HandsOn(node))
            return Emit(new FileNode("Identity", node.Name, node.Inputs, node.Outputs), inputs, DataType.Float);
        return facts.IsQuotient && ElementTypes.IsInteger(TypeOf(facts, inputs)) ? Divide(facts, node, inputs) : Emit(node, inputs);
    }

    /// <summary>A quotient of integers is cut toward zero.</summary>
    private SkinClassifierException? Divide(OperatorFacts facts, FileNode node, TracedValue?[] inputs)
    {
        string quotient = Fresh($"{node.Name}/quotient");
        return Emit(new FileNode(node.OpType, quotient, node.Inputs, [quotient]), inputs) ?? Emit(
            new FileNode("Cast", node.Name, [quotient], node.Outputs) { Attributes = { ["to"] = (long)TypeOf(facts, inputs) } }, [_values[quotient]]);
    }

    /// <summary>Type of the values that an operator works on: that of the first input which is known only at run time.</summary>
    private static DataType TypeOf(OperatorFacts facts, TracedValue?[] inputs) =>
        inputs.Skip(facts.FirstTypedInput).FirstOrDefault(i => i is { Constants: null })?.Type
            ?? inputs.Skip(facts.FirstTypedInput).FirstOrDefault(i => i is not null)?.Type ?? DataType.Float;

    private SkinClassifierException? Fold(OperatorFacts facts, ConstantFold fold, FileNode node, TracedValue[] inputs)
    {
        if (facts.KeepsName && inputs.Length == 1)
        {
            if (node.Outputs[0].Length > 0)
                _values[node.Outputs[0]] = inputs[0];
            return null;
        }
        bool uniform = inputs.All(i => i.IsUniform);
        FoldScope scope = new();
        OnnxTensor[][] results = new OnnxTensor[_lanes][];
        for (int lane = 0; lane < _lanes; lane++)
            if (lane > 0 && uniform)
                results[lane] = results[0];
            else if (fold.Run(scope, node, [.. inputs.Select(i => i.Constants![lane])]) is OnnxTensor[] result)
                results[lane] = result;
            else
                return _error.Damaged(node, $"{scope.Reason}. The file is damaged.");
        bool isWeight = inputs.Any(i => i.IsUniform && i.Constants![0].IsFloat && !_constants.Contains(i.Name));
        for (int i = 0; i < Math.Min(node.Outputs.Count, results[0].Length); i++)
        {
            if (Record(node, i, [.. results.Select(r => r[i])]) is SkinClassifierException refusal)
                return refusal;
            if (!isWeight)
                _constants.Add(node.Outputs[i]);
        }
        return null;
    }

    private SkinClassifierException? Record(FileNode node, int output, OnnxTensor[] constants)
    {
        foreach (OnnxTensor constant in constants.Distinct())
            if ((_computed += constant.Count) > Growth * _elementsRead() + 2 * ConstantFold.MaxElements)
                return _error.Unsupported(
                    node, "the constants of this file grow far beyond its weights when they are computed, which is not supported. The file may be damaged.");
        if (node.Outputs.Count > output && node.Outputs[output].Length > 0)
            _values[node.Outputs[output]] = new TracedValue(node.Outputs[output], constants);
        return null;
    }

    private SkinClassifierException? Emit(FileNode node, TracedValue?[] inputs, DataType? result = null)
    {
        OperatorFacts facts = OperatorCatalog.Find(node.OpType)!;
        if (facts.Create is null)
            return _error.Unsupported(node, $"{node.OpType} is supported only for values that are known before the network runs (shapes, constants); "
                + $"here they are computed from the image. Export the model with fixed sizes.");
        Dictionary<int, object> constants = [];
        List<string> names = [];
        if (Bind(facts, node, inputs, constants, names) is SkinClassifierException unbound)
            return unbound;
        while (node.Outputs.Count > 1 && node.Outputs[^1].Length == 0)
            node.Outputs.RemoveAt(node.Outputs.Count - 1);
        DataType type = TypeOf(facts, inputs);
        if (!ElementTypes.IsFloat(type) && !ElementTypes.Allows(facts, node, type))
            return _error.Unsupported(node, $"it works on values of the type {type}, for which only operators that move or compare values are "
                + $"supported (and sums, products and quotients of 32 and 64 bits). Export the model with a Cast to float before it.");
        if (node.Attributes.FirstOrDefault(a => a.Value is OnnxTensor or string[]) is { Key: string odd })
            return _error.Unsupported(node, $"its attribute {odd} is not supported for a value that is computed from the image.");
        Operator op = facts.Create(new OperatorAttributes(node.Attributes, constants), names.Count, node.Outputs.Count);
        return op.Refusal is string refusal ? _error.Unsupported(node, refusal) : Keep(node, op, names, result ?? ElementTypes.Result(facts, node, type));
    }

    /// <summary>Sorts the inputs of a node into constants that its operator holds and names of values.</summary>
    private SkinClassifierException? Bind(
        OperatorFacts facts, FileNode node, TracedValue?[] inputs, Dictionary<int, object> constants, List<string> names)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            names.Add("");
            if (inputs[i] is not TracedValue value)
            {
                if (!facts.MayLack(i))
                    return _error.Damaged(node, $"its input {i} is absent, which this operator must have. The file is damaged.");
                continue;
            }
            SkinClassifierException? refusal = null;
            if (facts.FormOf(i) is ConstantForm form)
                refusal = Absorb(node, i, form, inputs, constants);
            else if (value.Constants is not null)
                refusal = AsParameter(node, value);
            if (refusal is not null)
                return refusal;
            if (facts.FormOf(i) is null)
                names[i] = value.Name;
        }
        while (names.Count > 0 && names[^1].Length == 0)
            names.RemoveAt(names.Count - 1);
        return null;
    }

    private SkinClassifierException? Keep(FileNode node, Operator op, List<string> names, DataType type)
    {
        TensorShape[][] results = new TensorShape[_lanes][];
        for (int lane = 0; lane < _lanes; lane++)
        {
            ShapeCheck check = new(op.OpType);
            string? problem = null;
            if (op.Infer([.. names.Select(n => n.Length == 0 ? default : ShapeOf(node, n, lane))], check) is TensorShape[] shapes)
                results[lane] = shapes;
            else
                problem = check.Reason;
            foreach (TensorShape shape in problem is null ? results[lane] : [])
                problem ??= shape.CountProblem;
            if (problem is not null)
                return _error.Damaged(node, $"{problem} Its weights do not fit together; export the model again.");
        }
        if (node.Outputs.Count > results[0].Length)
            return _error.Unsupported(node, $"expected {results[0].Length} outputs, received {node.Outputs.Count}.");
        for (int i = 0; i < node.Outputs.Count; i++)
            if (node.Outputs[i].Length > 0)
                _values[node.Outputs[i]] = new TracedValue(node.Outputs[i], [.. results.Select(r => r[i])], type);
        _nodes.Add(new Node(node.Name, op, names, [.. node.Outputs]));
        return null;
    }

    private TensorShape ShapeOf(FileNode node, string name, int lane) =>
        _parameters.TryGetValue(name, out Tensor? parameter) ? parameter.Shape : Value(node, name).Shapes[lane];

    private UnsupportedContentException? AsParameter(FileNode node, TracedValue value)
    {
        if (!value.IsUniform)
            return _error.Unsupported(node, $"its input '{value.Name}' is a number that depends on the batch or image size, which is not supported. "
                + $"Export the model with a fixed image size.");
        if (!_parameters.ContainsKey(value.Name))
        {
            float[] values = value.Constants![0].AsFloats();
            _parameters[value.Name] = new Tensor(value.Shapes[0], _arrays.Add(values) ? values : (float[])values.Clone());
        }
        return null;
    }

    private SkinClassifierException? Absorb(FileNode node, int input, ConstantForm form, TracedValue?[] inputs, Dictionary<int, object> constants)
    {
        TracedValue value = inputs[input]!;
        if (form == ConstantForm.Lengths)
            value = WithoutBatch(node, value, inputs[0]!);
        if (value.Constants is null)
            return _error.Unsupported(
                node, $"its input {input} ('{value.Name}') is computed from the image; it must be known before. Export the model with fixed sizes.");
        OnnxTensor constant = value.Constants[0];
        if (form == ConstantForm.TargetShape)
        {
            if (FreeReshape.Target(value.Constants, inputs[0]!.Shapes, node.Int("allowzero", 0) != 0, _declaredBatch) is not long[] target)
                return _error.Unsupported(node,
                    "its shape depends on the batch or image size in more than one axis, which is not supported. Export the model with a fixed image size.");
            constant = OnnxTensor.Ints(target);
        }
        else if (!value.IsUniform)
            return _error.Unsupported(node,
                $"its input {input} ('{value.Name}') depends on the batch or image size, which is not supported. Export the model with a fixed image size.");
        if (ConstantForms.Convert(constant, form) is not object held)
            return _error.Damaged(node, $"its input {input} ('{value.Name}') has the shape {constant.Shape}; expected one number or a list.");
        constants[input] = held;
        return null;
    }

    /// <summary>Sizes that copy the batch axis are said for the other axes only.</summary>
    private static TracedValue WithoutBatch(FileNode node, TracedValue sizes, TracedValue resized)
    {
        bool copies = sizes.Constants is not null && !sizes.IsUniform && node.Ints("axes") is null;
        for (int lane = 0; copies && lane < sizes.Shapes.Length; lane++)
            copies = sizes.Constants![lane] is { Integers: { Length: > 0 } lengths } && lengths.Length == resized.Shapes[lane].Rank
                && lengths[0] == resized.Shapes[lane][0];
        if (!copies)
            return sizes;
        node.Attributes["axes"] = Enumerable.Range(1, resized.Shapes[0].Rank - 1).Select(i => (long)i).ToArray();
        return new TracedValue(sizes.Name, [.. sizes.Constants!.Select(c => OnnxTensor.Ints(c.Integers![1..]))]);
    }
}
