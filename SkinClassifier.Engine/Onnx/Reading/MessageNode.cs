using SkinClassifier.Graphs.Files;
using SkinClassifier.Onnx.Schema;

namespace SkinClassifier.Onnx.Reading;

/// <summary>A node of the file with its message, whose attributes are read when the node turns out to be needed.</summary>
internal sealed class MessageNode(NodeProto message, string opType, string name) : FileNode(opType, name, message.Input, message.Output)
{
    public NodeProto Message { get; } = message;
}
