namespace SkinClassifier.Onnx.Reading;

/// <summary>Drops nodes that no output needs and puts the rest into running order, keeping the file's order where it is one.</summary>
internal static class NodeOrder
{
    /// <summary>Needed nodes in an order in which every value is made before it is used.</summary>
    /// <exception cref="SkinClassifier.Common.InvalidContentException">A value is made twice, never made, or needs itself.</exception>
    public static List<MessageNode> Sort(List<MessageNode> nodes, IEnumerable<string> outputs, Func<string, bool> isGiven, FileError error)
    {
        Dictionary<string, int> maker = new(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
            foreach (string output in nodes[i].Outputs)
                if (output.Length > 0 && (isGiven(output) || !maker.TryAdd(output, i)))
                    throw error.Damaged(nodes[i], $"its output '{output}' is made twice. The file is damaged.");
        bool[] needed = Needed(nodes, outputs, maker);
        int[] missing = new int[nodes.Count];
        List<int>[] users = new List<int>[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
            users[i] = [];
        for (int i = 0; i < nodes.Count; i++)
            foreach (string input in needed[i] ? nodes[i].Inputs : [])
            {
                if (input.Length == 0 || isGiven(input))
                    continue;
                if (!maker.TryGetValue(input, out int from))
                    throw error.Damaged(nodes[i], $"its input '{input}' is made by no node, is no weight and no input of the graph. The file is damaged.");
                missing[i]++;
                users[from].Add(i);
            }
        return InOrder(nodes, needed, missing, users, error);
    }

    private static bool[] Needed(List<MessageNode> nodes, IEnumerable<string> outputs, Dictionary<string, int> maker)
    {
        bool[] needed = new bool[nodes.Count];
        Stack<string> open = new(outputs);
        while (open.TryPop(out string? value))
            if (maker.TryGetValue(value, out int i) && !needed[i])
            {
                needed[i] = true;
                foreach (string input in nodes[i].Inputs)
                    open.Push(input);
            }
        return needed;
    }

    private static List<MessageNode> InOrder(List<MessageNode> nodes, bool[] needed, int[] missing, List<int>[] users, FileError error)
    {
        PriorityQueue<int, int> ready = new();
        for (int i = 0; i < nodes.Count; i++)
            if (needed[i] && missing[i] == 0)
                ready.Enqueue(i, i);
        List<MessageNode> sorted = [];
        while (ready.TryDequeue(out int i, out _))
        {
            sorted.Add(nodes[i]);
            foreach (int user in users[i])
                if (--missing[user] == 0)
                    ready.Enqueue(user, user);
        }
        for (int i = 0; i < nodes.Count; i++)
            if (needed[i] && missing[i] > 0)
                throw error.Damaged(nodes[i], "it needs its own output, directly or through other nodes. The file is damaged.");
        return sorted;
    }
}
