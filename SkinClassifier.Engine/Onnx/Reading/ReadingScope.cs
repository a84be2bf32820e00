using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Reading;

/// <summary>What operators may ask while their nodes are brought to opset 20, answered from what is traced so far.</summary>
internal sealed class ReadingScope(GraphTracer tracer, FileError error, long opset) : UpgradeScope(opset)
{
    public override IReadOnlyList<TensorShape> Shapes(FileNode node, int input) => tracer.Value(node, node.Input(input)).Shapes;

    public override OnnxTensor? Known(FileNode node, int input)
    {
        TracedValue value = tracer.Value(node, node.Input(input));
        return value.IsUniform ? value.Constants![0] : null;
    }

    public override string Constant(FileNode node, string suffix, OnnxTensor value)
    {
        string name = tracer.Fresh($"{node.Name}/{suffix}");
        tracer.Define(name, value);
        return name;
    }

    public override string Fresh(FileNode node, string suffix) => tracer.Fresh($"{node.Name}/{suffix}");

    public override bool IsUsed(string value) => value.Length > 0 && tracer.IsUsed(value);

    public override void Unsupported(FileNode node, string text) => Refusal ??= error.Unsupported(node, text);

    public override void Damaged(FileNode node, string text) => Refusal ??= error.Damaged(node, text);
}
