using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Files;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Turns the messages of a file into a graph.</summary>
internal sealed class GraphReader
{
    private readonly FileError _error;
    private readonly long _opset;
    private readonly GraphProto _graph;
    private readonly TensorReader _tensors;
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxTensor> _weights = new(StringComparer.Ordinal);

    public GraphReader(ModelProto model, long opset, FileError error, string? folder)
    {
        _error = error;
        _opset = opset;
        _graph = model.Graph;
        _tensors = new TensorReader(error, folder);
        foreach (TensorProto tensor in _graph.Initializer)
            if (!_initializers.TryAdd(tensor.Name, tensor))
                throw error.Damaged($"the weight '{tensor.Name}' is given twice.");
    }

    /// <summary>Type of the elements of the first input, known once the graph is read.</summary>
    public DataType InputType { get; private set; } = DataType.Float;

    /// <summary>Reads the graph; the second value names the parameters that are constants of the computation rather than weights.</summary>
    public (Graph Graph, IReadOnlySet<string> Constants) Read()
    {
        List<MessageNode> nodes = [.. _graph.Node.Select(NodeReader.Open)];
        List<string> outputs = [.. _graph.Output.Select(o => o.Name)];
        if (outputs.Count == 0)
            throw _error.Damaged("the graph has no output.");
        HashSet<string> inputNames = new(_graph.Input.Select(i => i.Name), StringComparer.Ordinal);
        List<MessageNode> sorted = NodeOrder.Sort(nodes, outputs, name => _initializers.ContainsKey(name) || inputNames.Contains(name), _error);
        RefuseUnsupported(sorted);
        NodeReader reader = new(_error, _tensors);
        sorted.ForEach(reader.ReadAttributes);
        HashSet<string> used = new(sorted.SelectMany(n => n.Inputs).Concat(outputs), StringComparer.Ordinal);
        List<DeclaredInput> inputs =
            [.. _graph.Input.Where(i => !_initializers.ContainsKey(i.Name) && used.Contains(i.Name)).Select(i => DeclaredInput.Read(i, _error))];
        if (inputs.Count == 0)
            throw _error.Damaged("the graph has no input that is used.");
        InputType = inputs[0].Type == DataType.Undefined ? DataType.Float : inputs[0].Type;
        // A computation that is bound to the batch size which the file declares keeps it.
        SkinClassifierException? refusal = null;
        return (inputs.All(i => i.CanFreeBatch) ? Trace(sorted, outputs, used, inputs, freeBatch: true, out refusal) : null)
            ?? Trace(sorted, outputs, used, inputs, freeBatch: false, out refusal) ?? throw refusal!;
    }

    /// <summary>The graph, or null with the reason.</summary>
    private (Graph, IReadOnlySet<string>)? Trace(List<MessageNode> nodes, List<string> outputs, HashSet<string> used, List<DeclaredInput> inputs,
        bool freeBatch, out SkinClassifierException? refusal)
    {
        Dictionary<string, TracedValue> lanes =
            inputs.ToDictionary(i => i.Name, i => new TracedValue(i.Name, i.Lanes(freeBatch), i.Type), StringComparer.Ordinal);
        HashSet<string> names = new(used, StringComparer.Ordinal);
        names.UnionWith(_initializers.Keys);
        GraphTracer tracer = new(_error, _opset, lanes, Weight, names, () => _tensors.ElementsRead, freeBatch ? inputs[0].Shape[0] : null);
        foreach (FileNode node in nodes)
            if ((refusal = tracer.Add(node)) is not null)
                return null;
        refusal = null;
        List<string> results = [];
        foreach (string output in outputs)
        {
            if (tracer.Output(output, out refusal) is not TracedValue value)
                return null;
            if (freeBatch && (value.Shapes[0].Rank == 0 || value.Shapes[0][0] == value.Shapes[1][0]))
            {
                refusal = _error.Unsupported($"output '{output}' does not follow the batch size.");
                return null;
            }
            results.Add(value.Name);
        }
        string name = _graph.Name.Length > 0 ? _graph.Name : "network";
        Graph graph = new(name, [.. inputs.Select(i => new GraphInput(i.Name, freeBatch ? i.Shape.With(0, TensorShape.Free) : i.Shape))],
            tracer.Nodes, results, tracer.Parameters);
        return (graph, tracer.Constants.Where(tracer.Parameters.ContainsKey).ToHashSet(StringComparer.Ordinal));
    }

    private OnnxTensor? Weight(string name)
    {
        if (_weights.TryGetValue(name, out OnnxTensor? weight))
            return weight;
        if (!_initializers.TryGetValue(name, out TensorProto? tensor))
            return null;
        weight = _tensors.Read(tensor);
        Forget(tensor); // the numbers are not needed twice in memory
        return _weights[name] = weight;
    }

    private static void Forget(TensorProto tensor)
    {
        tensor.RawData = Google.Protobuf.ByteString.Empty;
        tensor.FloatData.Clear();
        tensor.DoubleData.Clear();
        tensor.Int32Data.Clear();
        tensor.Int64Data.Clear();
        tensor.Uint64Data.Clear();
    }

    /// <summary>Names every operator that cannot be had, before anything else about any node is looked at.</summary>
    private void RefuseUnsupported(List<MessageNode> nodes)
    {
        if (nodes.Find(n => n.OpType.Length == 0) is MessageNode nameless)
            throw _error.Damaged(nameless, "it names no operator. The file is damaged.");
        SortedSet<string> unknown = new(nodes.Select(n => n.OpType)
            .Where(o => OperatorCatalog.Find(o) is null), StringComparer.Ordinal);
        if (unknown.Count > 0)
            throw _error.Unsupported($"the operators {string.Join(", ", unknown)} are not supported. Supported: "
                + $"{string.Join(", ", OperatorCatalog.OpTypes.Order(StringComparer.Ordinal))}."
                + $"{(unknown.Any(o => o.Contains('.'))
                    ? " Operators of other domains are not standard ONNX; export the model with standard operators only." : "")}");
    }
}
