using System.Globalization;
using System.Text;
using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Training.Verbs;

/// <summary>What is in an ONNX file, for inspect. Names of values are the file's; operators are those of opset 20, in which it is read.</summary>
internal sealed class InspectOnnx
{
    private readonly string _path;
    private readonly OnnxModel _model;
    private readonly NetworkFacts _facts;

    private InspectOnnx(string path, OnnxModel model, NetworkFacts facts) => (_path, _model, _facts) = (path, model, facts);

    /// <summary>Whether inspect takes a file for ONNX: by its ending, since an ONNX file begins with no fixed bytes.</summary>
    public static bool IsOne(string path) => path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a file.</summary>
    /// <exception cref="SkinClassifierException">The file is damaged or not supported.</exception>
    public static InspectOnnx Of(string path)
    {
        OnnxModel model = OnnxModel.Load(path);
        try
        {
            return new InspectOnnx(path, model, NetworkFacts.Of(model, path));
        }
        catch (UnsupportedContentException)
        {
            // A network for another task (detection) cannot be trained here but can be looked at; its metadata say what it is for.
            return new InspectOnnx(path, model, new NetworkFacts(""));
        }
    }

    private Graph Graph => _model.Graph;

    private IEnumerable<(string Name, int Count)> Operators => Graph.Nodes.GroupBy(n => n.Operator.OpType).OrderByDescending(g => g.Count())
        .ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Count()));

    /// <summary>For people.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{_path}: ONNX network, opset {_model.Opset}, IR version {_model.IrVersion}");
        text.Append(_model.ProducerName.Length > 0 ? $", written by {_model.ProducerName}\n" : "\n");
        foreach (GraphInput input in Graph.Inputs)
            text.Append("input       ").Append(input.Name).Append(' ').Append(Text(input.Shape.Lengths)).Append(' ').Append(ElementType(input)).Append('\n');
        foreach ((string name, int[]? shape) in Outputs())
            text.Append("output      ").Append(name).Append(' ').Append(shape is null ? "(shape not known)" : Text(shape)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"parameters  {Graph.ParameterCount():N0}\n");
        text.Append("normalize   ").Append(_facts.Normalization is { } said ? $"{said.Word}, from {_facts.Source}" : "the file does not say").Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"operators   {Graph.Nodes.Count} nodes, in the terms of opset 20\n");
        foreach ((string name, int count) in Operators)
            text.Append(CultureInfo.InvariantCulture, $"  {name}: {count}\n");
        if (_facts.Labels is { } labels)
            text.Append("labels\n").AppendJoin("", labels.Select(label => $"  {label}\n"));
        if (_model.Metadata.Count > 0)
            text.Append("metadata\n").AppendJoin("", Metadata().Select(entry => $"  {entry.Key}: {Short(entry.Value)}\n"));
        return text.ToString().TrimEnd();
    }

    /// <summary>Writes the object "onnx".</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("onnx");
        json.WriteNumber("opset", _model.Opset);
        json.WriteNumber("irVersion", _model.IrVersion);
        json.WriteString("producer", _model.ProducerName);
        json.WriteStartArray("inputs");
        foreach (GraphInput input in Graph.Inputs)
        {
            WriteValue(json, input.Name, input.Shape.Lengths.ToArray());
            json.WriteString("elementType", ElementType(input));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach ((string name, int[]? shape) in Outputs())
        {
            WriteValue(json, name, shape);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("parameters", Graph.ParameterCount());
        json.WriteNumber("nodes", Graph.Nodes.Count);
        json.WriteStartObject("operators");
        foreach ((string name, int count) in Operators)
            json.WriteNumber(name, count);
        json.WriteEndObject();
        json.WriteString("normalization", _facts.Normalization?.Word);
        InspectJson.WriteList(json, "labels", _facts.Labels ?? []);
        json.WriteStartObject("metadata");
        foreach ((string key, string value) in Metadata())
            json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private IEnumerable<KeyValuePair<string, string>> Metadata() => _model.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal);

    // The file declares a type for its first input; other inputs are taken as float32.
    private string ElementType(GraphInput input) => input == Graph.Inputs[0] ? _model.InputElementType : "float";

    /// <summary>
    /// Outputs with their shapes for images of the declared size; free lengths are −1. Null where the shape depends on what the file leaves open.
    /// </summary>
    private IEnumerable<(string Name, int[]? Shape)> Outputs()
    {
        IReadOnlyDictionary<string, TensorShape>? shapes = null;
        bool isFree = Graph.Inputs.Count == 1 && Graph.Inputs[0].Shape is { Rank: > 0 } declared && declared[0] == TensorShape.Free;
        if (Graph.Inputs.Count == 1)
            try
            {
                TensorShape input = Graph.Inputs[0].Shape;
                shapes = Graph.InferShapes(input.Rank == 4 ? InferenceSpeed.InputShape(Graph, isFree ? 1 : input[0], _facts.Size?.Height ?? 224)
                    : isFree ? input.With(0, 1) : input);
            }
            catch (Exception error) when (error is ShapeMismatchException or ArgumentException)
            {
                // The file leaves lengths open that its layers do not: only a run with a size of the caller's would tell.
            }
        foreach (string name in Graph.Outputs)
        {
            int[]? shape = shapes is not null && shapes.TryGetValue(name, out TensorShape found) ? found.Lengths.ToArray() : null;
            if (isFree && shape is [1, ..])
                shape[0] = TensorShape.Free;
            yield return (name, shape);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, string name, int[]? shape)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        if (shape is null)
        {
            json.WriteNull("shape");
            return;
        }
        json.WriteStartArray("shape");
        foreach (int length in shape)
            json.WriteNumberValue(length);
        json.WriteEndArray();
    }

    private static string Text(ReadOnlySpan<int> lengths)
    {
        string[] texts = new string[lengths.Length];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = lengths[i] != TensorShape.Free ? lengths[i].ToString(CultureInfo.InvariantCulture) : i == 0 ? "N" : "?";
        return $"[{string.Join(',', texts)}]";
    }

    private static string Short(string value) => value.Length <= 100 ? value : value[..100] + "…";
}
