using SkinClassifier.Common;
using SkinClassifier.Graphs.Files;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Makes the exceptions of one file: every text starts with the file's name and, where there is one, the node.</summary>
internal sealed class FileError(string file)
{
    /// <summary>The file's name as the caller gave it.</summary>
    public string File { get; } = file;

    public InvalidContentException Damaged(string text, Exception? inner = null) => new($"{File}: {text}", inner);

    public InvalidContentException Damaged(FileNode node, string text, Exception? inner = null) => new($"{File}: {node}: {text}", inner);

    public UnsupportedContentException Unsupported(string text) => new($"{File}: {text}");

    public UnsupportedContentException Unsupported(FileNode node, string text) => new($"{File}: {node}: {text}");
}
