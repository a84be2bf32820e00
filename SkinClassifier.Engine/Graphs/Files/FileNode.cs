namespace SkinClassifier.Graphs.Files;

/// <summary>
/// A node on its way from the file to the graph: names and attributes, still changeable. Attribute values are long, float, string, long[], float[],
/// string[] or <see cref="OnnxTensor"/>.
/// </summary>
internal class FileNode(string opType, string name, IEnumerable<string> inputs, IEnumerable<string> outputs)
{
    public string OpType { get; set; } = opType;

    public string Name { get; } = name;

    public List<string> Inputs { get; } = [.. inputs];

    public List<string> Outputs { get; } = [.. outputs];

    public Dictionary<string, object> Attributes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The name of input <paramref name="index"/>, or "" when absent.</summary>
    public string Input(int index) => index < Inputs.Count ? Inputs[index] : "";

    /// <summary>Puts a name at input <paramref name="index"/>, filling the gap before it with absent inputs.</summary>
    public void SetInput(int index, string name)
    {
        while (Inputs.Count <= index)
            Inputs.Add("");
        Inputs[index] = name;
    }

    public long Int(string name, long whenAbsent) => Attributes.TryGetValue(name, out object? value) ? (long)value : whenAbsent;

    public float Float(string name, float whenAbsent) => Attributes.TryGetValue(name, out object? value) ? (float)value : whenAbsent;

    public string Text(string name, string whenAbsent) => Attributes.TryGetValue(name, out object? value) ? (string)value : whenAbsent;

    public long[]? Ints(string name) => Attributes.TryGetValue(name, out object? value) ? (long[])value : null;

    /// <summary>Removes an attribute and returns its value, or null when absent.</summary>
    public object? Take(string name) => Attributes.Remove(name, out object? value) ? value : null;

    public override string ToString() => $"node '{Name}' ({OpType})";
}
