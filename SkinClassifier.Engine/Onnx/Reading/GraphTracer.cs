using SkinClassifier.Common;
using SkinClassifier.Graphs;
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
    private readonly UpgradeScope _scope;
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
        _scope = new UpgradeScope(this, error, opset);
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

    /// <summary>Takes the next node.</summary>
    public void Add(FileNode node)
    {
        OpsetUpgrade.Run(Copy(node), _scope);
        foreach (FileNode step in _scope.TakeEmitted())
            try
            {
                Place(step);
            }
            catch (ConstantError e)
            {
                throw _error.Damaged(step, $"{e.Message}. The file is damaged.", e);
            }
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

    /// <summary>The name that an output of the file has in the finished graph; a constant output becomes a parameter.</summary>
    public TracedValue Output(string name)
    {
        TracedValue value = Value(new FileNode("output", name, [], []), name);
        if (value.Constants is not null)
            AsParameter(new FileNode("output", name, [], []), value);
        return value;
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

    private static FileNode Copy(FileNode node) =>
        new(node.OpType, node.Name, node.Inputs, node.Outputs) { Attributes = new(node.Attributes, StringComparer.Ordinal) };

    private void Place(FileNode node)
    {
        while (node.Inputs.Count > 0 && node.Inputs[^1].Length == 0)
            node.Inputs.RemoveAt(node.Inputs.Count - 1);
        TracedValue?[] inputs = [.. node.Inputs.Select(name => name.Length == 0 ? null : Value(node, name))];
        if (node.OpType is "Shape" or "Size" && inputs is [not null, ..])
            Record(node, 0, [.. inputs[0]!.Shapes.Select(shape => ConstantFolder.ShapeOf(node, shape))]);
        else if (ConstantFolder.Knows(node.OpType) && inputs.All(i => i?.Constants is not null))
            Fold(node, inputs!);
        else if (node.OpType == "Cast" && ElementTypes.IsFloat((DataType)node.Int("to", 1)))
            Emit(new FileNode("Identity", node.Name, node.Inputs, node.Outputs), inputs, DataType.Float);
        else if (node.OpType == "Div" && ElementTypes.IsInteger(TypeOf(node, inputs)))
            Divide(node, inputs);
        else
            Emit(node, inputs);
    }

    /// <summary>A quotient of integers is cut toward zero.</summary>
    private void Divide(FileNode node, TracedValue?[] inputs)
    {
        string quotient = Fresh($"{node.Name}/quotient");
        Emit(new FileNode("Div", quotient, node.Inputs, [quotient]), inputs);
        Emit(new FileNode("Cast", node.Name, [quotient], node.Outputs) { Attributes = { ["to"] = (long)TypeOf(node, inputs) } }, [_values[quotient]]);
    }

    /// <summary>Type of the values that an operator works on: that of the first input which is known only at run time.</summary>
    private static DataType TypeOf(FileNode node, TracedValue?[] inputs) =>
        inputs.Skip(node.OpType == "Where" ? 1 : 0).FirstOrDefault(i => i is { Constants: null })?.Type
            ?? inputs.Skip(node.OpType == "Where" ? 1 : 0).FirstOrDefault(i => i is not null)?.Type ?? DataType.Float;

    private void Fold(FileNode node, TracedValue[] inputs)
    {
        if (node.OpType == "Identity" && inputs.Length == 1)
        {
            if (node.Outputs[0].Length > 0)
                _values[node.Outputs[0]] = inputs[0];
            return;
        }
        bool uniform = inputs.All(i => i.IsUniform);
        OnnxTensor[][] results = new OnnxTensor[_lanes][];
        for (int lane = 0; lane < _lanes; lane++)
            results[lane] = lane > 0 && uniform ? results[0] : ConstantFolder.Run(node, [.. inputs.Select(i => i.Constants![lane])]);
        bool isWeight = inputs.Any(i => i.IsUniform && i.Constants![0].IsFloat && !_constants.Contains(i.Name));
        for (int i = 0; i < Math.Min(node.Outputs.Count, results[0].Length); i++)
        {
            Record(node, i, [.. results.Select(r => r[i])]);
            if (!isWeight)
                _constants.Add(node.Outputs[i]);
        }
    }

    private void Record(FileNode node, int output, OnnxTensor[] constants)
    {
        foreach (OnnxTensor constant in constants.Distinct())
            if ((_computed += constant.Count) > Growth * _elementsRead() + 2 * ConstantFolder.MaxElements)
                throw _error.Unsupported(
                    node, "the constants of this file grow far beyond its weights when they are computed, which is not supported. The file may be damaged.");
        if (node.Outputs.Count > output && node.Outputs[output].Length > 0)
            _values[node.Outputs[output]] = new TracedValue(node.Outputs[output], constants);
    }

    private void Emit(FileNode node, TracedValue?[] inputs, DataType? result = null)
    {
        if (!OperatorCatalog.OpTypes.Contains(node.OpType))
            throw _error.Unsupported(node, $"{node.OpType} is supported only for values that are known before the network runs (shapes, constants); "
                + $"here they are computed from the image. Export the model with fixed sizes.");
        Dictionary<int, object> constants = [];
        List<string> names = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            names.Add("");
            if (inputs[i] is not TracedValue value)
            {
                if (AbsorbedInputs.Of(node.OpType, i) is null && !(i == 2 && node.OpType is ("Conv" or "Gemm" or "LayerNormalization")))
                    throw _error.Damaged(node, $"its input {i} is absent, which this operator must have. The file is damaged.");
                continue;
            }
            if (AbsorbedInputs.Of(node.OpType, i) is AbsorbedInputs.Form form)
                constants[i] = Absorb(node, i, form, inputs);
            else
                names[i] = value.Constants is null ? value.Name : AsParameter(node, value);
        }
        while (names.Count > 0 && names[^1].Length == 0)
            names.RemoveAt(names.Count - 1);
        while (node.Outputs.Count > 1 && node.Outputs[^1].Length == 0)
            node.Outputs.RemoveAt(node.Outputs.Count - 1);
        DataType type = TypeOf(node, inputs);
        if (!ElementTypes.IsFloat(type) && !ElementTypes.Allows(node, type))
            throw _error.Unsupported(node, $"it works on values of the type {type}, for which only operators that move or compare values are "
                + $"supported (and sums, products and quotients of 32 and 64 bits). Export the model with a Cast to float before it.");
        if (node.Attributes.FirstOrDefault(a => a.Value is OnnxTensor or string[]) is { Key: string odd })
            throw _error.Unsupported(node, $"its attribute {odd} is not supported for a value that is computed from the image.");
        try
        {
            Operator op = OperatorCatalog.Create(node.OpType, new OperatorAttributes(node.Attributes, constants), names.Count, node.Outputs.Count);
            Keep(node, op, names, result ?? ElementTypes.Result(node, type));
        }
        catch (ShapeMismatchException e)
        {
            throw _error.Damaged(node, $"{e.Message} Its weights do not fit together; export the model again.", e);
        }
        catch (UnsupportedContentException e)
        {
            throw new UnsupportedContentException($"{_error.File}: {node}: {e.Message}", e);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or InvalidCastException or IndexOutOfRangeException)
        {
            throw _error.Damaged(node, $"its inputs or attributes break the operator's definition ({e.Message}).", e);
        }
    }

    private void Keep(FileNode node, Operator op, List<string> names, DataType type)
    {
        TensorShape[][] results = new TensorShape[_lanes][];
        for (int lane = 0; lane < _lanes; lane++)
        {
            TensorShape[] shapes = [.. names.Select(n => n.Length == 0 ? default : ShapeOf(node, n, lane))];
            results[lane] = op.InferShapes(shapes);
            foreach (TensorShape result in results[lane])
                _ = result.ElementCount;
        }
        if (node.Outputs.Count > results[0].Length)
            throw _error.Unsupported(node, $"expected {results[0].Length} outputs, received {node.Outputs.Count}.");
        for (int i = 0; i < node.Outputs.Count; i++)
            if (node.Outputs[i].Length > 0)
                _values[node.Outputs[i]] = new TracedValue(node.Outputs[i], [.. results.Select(r => r[i])], type);
        _nodes.Add(new Node(node.Name, op, names, [.. node.Outputs]));
    }

    private TensorShape ShapeOf(FileNode node, string name, int lane) =>
        _parameters.TryGetValue(name, out Tensor? parameter) ? parameter.Shape : Value(node, name).Shapes[lane];

    private string AsParameter(FileNode node, TracedValue value)
    {
        if (!value.IsUniform)
            throw _error.Unsupported(node, $"its input '{value.Name}' is a number that depends on the batch or image size, which is not supported. "
                + $"Export the model with a fixed image size.");
        if (!_parameters.ContainsKey(value.Name))
        {
            float[] values = value.Constants![0].AsFloats();
            _parameters[value.Name] = new Tensor(value.Shapes[0], _arrays.Add(values) ? values : (float[])values.Clone());
        }
        return value.Name;
    }

    private object Absorb(FileNode node, int input, AbsorbedInputs.Form form, TracedValue?[] inputs)
    {
        TracedValue value = inputs[input]!;
        if (node.OpType == "Resize" && input == 3)
            value = WithoutBatch(node, value, inputs[0]!);
        if (value.Constants is null)
            throw _error.Unsupported(
                node, $"its input {input} ('{value.Name}') is computed from the image; it must be known before. Export the model with fixed sizes.");
        OnnxTensor constant = value.Constants[0];
        if (node.OpType == "Reshape" && input == 1)
            constant = OnnxTensor.Ints(FreeReshape.Target(value.Constants, inputs[0]!.Shapes, node.Int("allowzero", 0) != 0, _declaredBatch)
                ?? throw _error.Unsupported(node,
                    "its shape depends on the batch or image size in more than one axis, which is not supported. Export the model with a fixed image size."));
        else if (!value.IsUniform)
            throw _error.Unsupported(node,
                $"its input {input} ('{value.Name}') depends on the batch or image size, which is not supported. Export the model with a fixed image size.");
        return AbsorbedInputs.Convert(constant, form)
            ?? throw _error.Damaged(node, $"its input {input} ('{value.Name}') has the shape {constant.Shape}; expected one number or a list.");
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
