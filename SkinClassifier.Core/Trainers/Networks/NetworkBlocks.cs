using SkinClassifier.Graphs;

namespace SkinClassifier.Trainers.Networks;

/// <summary>
/// Cuts a network into blocks for partial fine-tuning. A border is a value that everything later depends on alone (no skip connection
/// passes it); a block is the stretch between borders with at least one weighted layer, for example one residual block or one convolution
/// with its normalization and activation. Blocks are counted from the output, 0-based.
/// </summary>
internal static class NetworkBlocks
{
    /// <summary>Block of each parameter, counted from the output; <paramref name="count"/> is the number of blocks.</summary>
    public static IReadOnlyDictionary<string, int> Of(Graph graph, out int count)
    {
        Dictionary<string, int> lastUse = new(StringComparer.Ordinal);
        for (int i = 0; i < graph.Nodes.Count; i++)
            foreach (string input in graph.Nodes[i].Inputs)
                lastUse[input] = i;
        foreach (string output in graph.Outputs)
            lastUse[output] = graph.Nodes.Count;
        Dictionary<string, int> fromInput = new(StringComparer.Ordinal);
        HashSet<string> live = new(graph.Inputs.Select(i => i.Name), StringComparer.Ordinal);
        int block = 0;
        bool atBorder = true, begun = false;
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            // A border alone does not begin a block: normalization and activation belong to the weighted layer before them.
            if (atBorder && (node.Operator.OpType is "Conv" or "Gemm" or "MatMul" || BeginsBranch(graph, lastUse, i)))
            {
                block += begun ? 1 : 0;
                begun = true;
            }
            foreach (string input in node.Inputs)
                if (graph.Parameters.ContainsKey(input))
                    fromInput.TryAdd(input, block);
            foreach (string output in node.Outputs)
                if (output.Length > 0 && lastUse.ContainsKey(output))
                    live.Add(output);
            live.RemoveWhere(v => lastUse.GetValueOrDefault(v, -1) <= i);
            atBorder = live.Count <= 1;
        }
        int blocks = count = block + 1;
        return fromInput.ToDictionary(p => p.Key, p => blocks - 1 - p.Value, StringComparer.Ordinal);
    }

    /// <summary>Whether the value that node <paramref name="i"/> reads is read again later: the start of a residual block.</summary>
    private static bool BeginsBranch(Graph graph, Dictionary<string, int> lastUse, int i) =>
        graph.Nodes[i].Inputs.Any(v => !graph.Parameters.ContainsKey(v) && lastUse.GetValueOrDefault(v, i) > i);
}
