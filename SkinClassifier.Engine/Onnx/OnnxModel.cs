using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx.Reading;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Onnx.Writing;

namespace SkinClassifier.Onnx;

/// <summary>
/// An ONNX file as a graph that can run and be trained. Reads IR versions 3 to 13 and opsets 1 to 26: nodes are rewritten in the
/// terms of opset 20, what is constant is computed, float16, bfloat16 and double weights become float32, and the batch axis
/// becomes free where the computation allows it. Source: https://github.com/onnx/onnx/blob/main/docs/IR.md
/// </summary>
public sealed class OnnxModel
{
    private OnnxModel(Graph graph, IReadOnlySet<string> constants, string inputElementType, ModelProto model, long opset)
    {
        InputElementType = inputElementType;
        Graph = graph;
        ConstantNames = constants;
        ProducerName = model.ProducerName;
        IrVersion = model.IrVersion;
        Opset = opset;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in model.MetadataProps)
            metadata[entry.Key] = entry.Value;
        Metadata = metadata;
    }

    /// <summary>The network in the terms of opset 20.</summary>
    public Graph Graph { get; }

    /// <summary>
    /// Parameters of <see cref="Graph"/> that the file computes with as fixed numbers (a mean, the 0.5 of an activation) rather than weights;
    /// training should leave them as they are.
    /// </summary>
    public IReadOnlySet<string> ConstantNames { get; }

    /// <summary>
    /// Type that the file declares for the elements of its first input, in lower case as ONNX names it: "float", "float16", "uint8", …
    /// The graph itself takes float32 in every case; for "uint8" these are whole numbers from 0 to 255.
    /// </summary>
    public string InputElementType { get; }

    /// <summary>The program that wrote the file, as the file says.</summary>
    public string ProducerName { get; }

    /// <summary>The file's opset of standard operators.</summary>
    public long Opset { get; }

    /// <summary>The file's IR version.</summary>
    public long IrVersion { get; }

    /// <summary>The file's metadata entries.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads an ONNX file and the data files beside it.</summary>
    /// <exception cref="InvalidContentException">The file is damaged; the text names file and node.</exception>
    /// <exception cref="UnsupportedContentException">The file needs something that is not supported; all unsupported operators are named at once.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileError error = new(path);
        return Read(ModelFile.Parse(path, error), error, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>
    /// Reads the bytes of an ONNX file; <paramref name="name"/> stands for it in messages. Data files beside the model cannot be read this way.
    /// </summary>
    /// <inheritdoc cref="Load(string)"/>
    public static OnnxModel Load(ReadOnlySpan<byte> content, string name = "model")
    {
        FileError error = new(name);
        return Read(ModelFile.Parse(content, error), error, null);
    }

    /// <summary>Reads an ONNX file from the next <paramref name="length"/> bytes of a stream, whose weights go straight to their place in memory.</summary>
    /// <inheritdoc cref="Load(ReadOnlySpan{byte}, string)"/>
    internal static OnnxModel Load(Stream stream, long length, string name)
    {
        FileError error = new(name);
        return Read(ModelFile.Parse(stream, length, error), error, null);
    }

    /// <summary>Writes a graph as an ONNX file: the same graph and options always give the same bytes.</summary>
    /// <exception cref="UnsupportedContentException">A node cannot be said in the opset asked for.</exception>
    public static void Write(Graph graph, Stream destination, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(destination);
        ModelWriter.Write(graph, destination, options ?? new OnnxExportOptions());
    }

    private static OnnxModel Read(ModelProto model, FileError error, string? folder)
    {
        long opset = ModelFile.Check(model, error);
        FunctionInliner.Run(model, opset, error);
        GraphReader reader = new(model, opset, error, folder);
        (Graph graph, IReadOnlySet<string> constants) = reader.Read();
        return new OnnxModel(graph, constants, reader.InputType.ToString().ToLowerInvariant(), model, opset);
    }
}
