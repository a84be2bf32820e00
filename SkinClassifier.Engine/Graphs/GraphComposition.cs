using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>Graphs made from graphs. Parameters are shared, never copied.</summary>
internal static class GraphComposition
{
    /// <summary>
    /// <paramref name="first"/> followed by <paramref name="next"/>, whose one input takes the one output of <paramref name="first"/>; the names
    /// inside <paramref name="next"/> get <paramref name="prefix"/> in front.
    /// </summary>
    /// <exception cref="ArgumentException">A graph has not exactly one input and output, or a name occurs in both.</exception>
    public static Graph Append(this Graph first, Graph next, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(next);
        if (first.Outputs.Count != 1 || next.Inputs.Count != 1)
            throw new ArgumentException(
                $"Append: expected one output of '{first.Name}' and one input of '{next.Name}', received {first.Outputs.Count} and {next.Inputs.Count}.");
        string middle = first.Outputs[0], inner = next.Inputs[0].Name;
        HashSet<string> taken = [.. first.Inputs.Select(i => i.Name), .. first.Parameters.Keys, .. first.Nodes.SelectMany(n => n.Outputs)];
        string Rename(string value) => value.Length == 0 ? value : value == inner ? middle : prefix + value;
        Dictionary<string, Tensor> parameters = new(first.Parameters, StringComparer.Ordinal);
        foreach ((string name, Tensor value) in next.Parameters)
            if (taken.Contains(prefix + name))
                throw new ArgumentException(
                    $"Append: the name '{prefix + name}' occurs in '{first.Name}' and in '{next.Name}'. Give a prefix.", nameof(prefix));
            else
                parameters[prefix + name] = value;
        return new Graph(
            first.Name, first.Inputs, [.. first.Nodes, .. next.Nodes.Select(n => Renamed(n, Rename, prefix))], [.. next.Outputs.Select(Rename)], parameters);
    }

    /// <summary>The graph behind a normalization of its input: the new input <paramref name="input"/> takes R, G, B planes with values 0 … 255.</summary>
    public static Graph WithNormalization(this Graph graph, Normalization normalization, string input = "image")
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs.Count != 1 || graph.Inputs[0].Shape.Rank != 4 || graph.Inputs[0].Shape[1] != 3)
            throw new ShapeMismatchException($"Graph {graph.Name}: expected one input [N,3,H,W] to normalize, received "
                + $"{string.Join(", ", graph.Inputs.Select(i => $"{i.Name} {i.Shape}"))}.");
        GraphBuilder builder = new(graph.Name);
        string normalized = builder.Normalize(builder.Input(input, graph.Inputs[0].Shape), normalization);
        return builder.Build(normalized).Append(graph);
    }

    /// <summary>
    /// The graph with an input [N,3,H,W] where it declares channels last, [N,H,W,3], as Keras' networks do; the graph itself where it does
    /// not. A Transpose stands in front; where the graph begins with the opposite Transpose, both are left out.
    /// </summary>
    public static Graph WithChannelsFirst(this Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs is not [{ Shape: { Rank: 4 } shape } declared] || shape[1] == 3 || shape[3] != 3)
            return graph;
        GraphInput input = declared with { Shape = new TensorShape(shape[0], 3, shape[1], shape[2]) };
        Node[] users = [.. graph.Nodes.Where(n => n.Inputs.Contains(input.Name))];
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        if (users.Length > 0
            && users.All(u => u.Operator.OpType == "Transpose" && u.Operator.Attributes.Ints("perm") is [0, 3, 1, 2] && !graph.Outputs.Contains(u.Outputs[0])))
        {
            foreach (Node user in users)
                names[user.Outputs[0]] = input.Name;
            return new Graph(graph.Name, [input], [.. graph.Nodes.Except(users).Select(n => Renamed(n, v => names.GetValueOrDefault(v, v), ""))],
                graph.Outputs, graph.Parameters);
        }
        HashSet<string> taken = [input.Name, .. graph.Parameters.Keys, .. graph.Nodes.SelectMany(n => n.Outputs)];
        string turned = "channels_last";
        while (!taken.Add(turned))
            turned += "'";
        names[input.Name] = turned;
        Operator transpose =
            OperatorCatalog.Create("Transpose", new OperatorAttributes(new Dictionary<string, object> { ["perm"] = new long[] { 0, 2, 3, 1 } }), 1, 1);
        return new Graph(graph.Name, [input],
            [new Node(turned, transpose, [input.Name], [turned]), .. graph.Nodes.Select(n => Renamed(n, v => names.GetValueOrDefault(v, v), ""))],
            [.. graph.Outputs.Select(o => names.GetValueOrDefault(o, o))], graph.Parameters);
    }

    /// <summary>
    /// The graph with global poolings in place of poolings whose window is the whole map at the size of images that the graph declares: the same at that size,
    /// and of use at others, too. The graph itself where there are none, and where it declares no size.
    /// </summary>
    public static Graph WithGlobalPoolings(this Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs is not [{ Shape: { Rank: 4 } declared }] || declared[1] <= 0 || declared[2] <= 0 || declared[3] <= 0
            || !graph.Nodes.Any(n => n.Operator.OpType is "AveragePool" or "MaxPool"))
            return graph;
        IReadOnlyDictionary<string, TensorShape> shapes = graph.InferShapes(declared.With(0, Math.Max(1, declared[0])));
        bool IsGlobal(Node node) => node.Operator.OpType is "AveragePool" or "MaxPool" && node.Outputs.Count == 1
            && shapes[node.Inputs[0]] is { Rank: 4 } map && map[2] * map[3] > 1 && node.Operator.Attributes.Ints("kernel_shape") is [long h, long w]
            && h == map[2] && w == map[3] && shapes[node.Outputs[0]] is { Rank: 4 } pooled && pooled[2] * pooled[3] == 1
            && node.Operator.Attributes.Ints("pads") is null or [0, 0, 0, 0] && node.Operator.Attributes.Ints("dilations") is null or [1, 1];
        return graph.Nodes.Any(IsGlobal) ? new Graph(graph.Name, graph.Inputs, [.. graph.Nodes.Select(n => IsGlobal(n) ? Global(n) : n)], graph.Outputs,
            graph.Parameters) : graph;

        static Node Global(Node node) => new(node.Name,
            OperatorCatalog.Create("Global" + node.Operator.OpType, new OperatorAttributes(new Dictionary<string, object>()), 1, 1), node.Inputs, node.Outputs);
    }

    /// <summary>The graph with every value, parameter and input renamed by <paramref name="rename"/>, which must keep different names different.</summary>
    public static Graph Rename(this Graph graph, Func<string, string> rename)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(rename);
        string Value(string value) => value.Length == 0 ? value : rename(value);
        return new Graph(graph.Name, [.. graph.Inputs.Select(i => i with { Name = rename(i.Name) })], [.. graph.Nodes.Select(n => Renamed(n, Value, ""))],
            [.. graph.Outputs.Select(Value)], graph.Parameters.ToDictionary(p => rename(p.Key), p => p.Value, StringComparer.Ordinal));
    }

    /// <summary>The graph under another name for people.</summary>
    public static Graph WithName(this Graph graph, string name)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new Graph(name, graph.Inputs, graph.Nodes, graph.Outputs, graph.Parameters);
    }

    /// <summary>Whether a parameter of that name is a constant by its name: it starts with "normalization." or "constant." and is never trained.</summary>
    public static bool IsConstant(string parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter.StartsWith(Normalization.ParameterPrefix, StringComparison.Ordinal)
            || parameter.StartsWith(GraphBuilder.ConstantPrefix, StringComparison.Ordinal);
    }

    /// <summary>
    /// Names of the parameters that may be trained, in the order of their first use: all but running statistics and constants
    /// (<see cref="IsConstant"/>).
    /// </summary>
    public static IReadOnlyList<string> TrainableParameters(this Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        List<string> order = [];
        HashSet<string> seen = new(StringComparer.Ordinal), constant = new(StringComparer.Ordinal);
        foreach (Node node in graph.Nodes)
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                string name = node.Inputs[i];
                if (!graph.Parameters.ContainsKey(name))
                    continue;
                if (!node.Operator.IsTrainable(i) || IsConstant(name))
                    constant.Add(name);
                if (seen.Add(name))
                    order.Add(name);
            }
        order.RemoveAll(constant.Contains);
        return order;
    }

    /// <summary>Number of elements of all trainable parameters: the metric that papers publish (running statistics do not count).</summary>
    public static long ParameterCount(this Graph graph) => graph.TrainableParameters().Sum(name => (long)graph.Parameters[name].Shape.ElementCount);

    private static Node Renamed(Node node, Func<string, string> rename, string prefix) =>
        new(prefix + node.Name, node.Operator, [.. node.Inputs.Select(rename)], [.. node.Outputs.Select(rename)]);
}
