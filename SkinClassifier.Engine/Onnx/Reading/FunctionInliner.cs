using SkinClassifier.Onnx.Schema;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Puts the nodes of a file's local functions in the place of the nodes that call them.</summary>
internal static class FunctionInliner
{
    private const int MaxDepth = 16, FreeNodes = 20_000, NodesPerNode = 16;

    /// <summary>Rewrites the graph of <paramref name="model"/> in place.</summary>
    /// <exception cref="SkinClassifier.Common.UnsupportedContentException">A function is written in another opset than the model.</exception>
    /// <exception cref="SkinClassifier.Common.InvalidContentException">Functions call each other without end, or grow beyond bounds.</exception>
    public static void Run(ModelProto model, long opset, FileError error)
    {
        if (model.Functions.Count == 0)
            return;
        Dictionary<(string, string, string), FunctionProto> functions = [];
        foreach (FunctionProto function in model.Functions)
            functions[(function.Domain, function.Name, function.Overload)] = function;
        List<NodeProto> nodes = [.. model.Graph.Node];
        int most = (int)Math.Min(int.MaxValue, FreeNodes + NodesPerNode * (nodes.Count + model.Functions.Sum(f => (long)f.Node.Count)));
        HashSet<string> taken = Names(model.Graph);
        for (int depth = 0; nodes.Any(n => functions.ContainsKey(Key(n))); depth++)
        {
            List<NodeProto> next = [];
            for (int i = 0; i < nodes.Count; i++)
                if (functions.TryGetValue(Key(nodes[i]), out FunctionProto? function))
                    Inline(nodes[i], Unique(nodes[i].Name.Length > 0 ? nodes[i].Name : $"{nodes[i].OpType}_{i}", taken), function, opset, next, most, error);
                else
                    next.Add(nodes[i]);
            if (depth == MaxDepth)
                throw error.Damaged("its local functions call each other without end. The file is damaged.");
            nodes = next;
        }
        model.Graph.Node.Clear();
        model.Graph.Node.Add(nodes);
    }

    private static (string, string, string) Key(NodeProto node) => (node.Domain, node.OpType, node.Overload);

    /// <summary>Names of nodes and values of the file: no call may be given one of them as its prefix.</summary>
    private static HashSet<string> Names(GraphProto graph) =>
        new(graph.Node.Select(n => n.Name).Concat(graph.Node.SelectMany(n => n.Output)).Select(n => n.Split('/')[0]), StringComparer.Ordinal);

    /// <summary>A prefix that no other call has: calls may have equal names or none.</summary>
    private static string Unique(string name, HashSet<string> taken)
    {
        int number = taken.Count;
        string prefix = $"{name}@{number}";
        while (!taken.Add(prefix))
            prefix = $"{name}@{++number}";
        return prefix;
    }

    private static void Inline(NodeProto call, string prefix, FunctionProto function, long opset, List<NodeProto> into, int most, FileError error)
    {
        string name = $"{function.Domain}.{function.Name}";
        if (function.OpsetImport.Any(s => ModelFile.IsStandard(s.Domain) && s.Version != opset))
            throw error.Unsupported($"the function {name} is written in another opset than the model ({opset}). Export the model without functions.");
        if (call.Input.Count > function.Input.Count || call.Output.Count > function.Output.Count)
            throw error.Damaged($"node '{call.Name}' gives the function {name} more inputs or outputs than it has. The file is damaged.");
        Dictionary<string, string> names = new(StringComparer.Ordinal) { [""] = "" };
        for (int i = 0; i < function.Input.Count; i++)
            names[function.Input[i]] = i < call.Input.Count ? call.Input[i] : "";
        for (int i = 0; i < call.Output.Count; i++)
            if (call.Output[i].Length > 0)
                if (function.Input.Contains(function.Output[i]))
                    into.Add(new NodeProto
                    {
                        OpType = "Identity",
                        Name = $"{prefix}/output{i}",
                        Input = { names[function.Output[i]] },
                        Output = { call.Output[i] }
                    });
                else
                    names[function.Output[i]] = call.Output[i];
        Dictionary<string, AttributeProto> attributes = new(StringComparer.Ordinal);
        foreach (AttributeProto attribute in function.AttributeProto.Concat(call.Attribute))
            attributes[attribute.Name] = attribute;
        foreach (NodeProto inner in function.Node)
        {
            NodeProto copy = new() { Name = $"{prefix}/{inner.Name}", OpType = inner.OpType, Domain = inner.Domain, Overload = inner.Overload };
            copy.Input.Add(inner.Input.Select(Rename));
            copy.Output.Add(inner.Output.Select(Rename));
            foreach (AttributeProto attribute in inner.Attribute)
                if (attribute.RefAttrName.Length == 0)
                    copy.Attribute.Add(attribute);
                else if (attributes.TryGetValue(attribute.RefAttrName, out AttributeProto? given))
                {
                    AttributeProto value = given.Clone();
                    value.Name = attribute.Name;
                    copy.Attribute.Add(value);
                }
            into.Add(copy);
        }
        if (into.Count > most)
            throw error.Damaged($"its local functions make more than {most} nodes, far more than the file has. The file is damaged.");

        string Rename(string value) => names.TryGetValue(value, out string? known) ? known : names[value] = $"{prefix}/{value}";
    }
}
