using SkinClassifier.Common;

namespace SkinClassifier.Sharding;

/// <summary>A file that a part has beside its first one.</summary>
/// <param name="Name">Name, in the same folder.</param>
/// <param name="Header">Bytes at its beginning that every part has, such as the column names.</param>
/// <param name="Hash">SHA-256.</param>
internal sealed record ShardFile(string Name, long Header, string Hash)
{
    /// <summary>Describes a file that is there.</summary>
    public static ShardFile Of(string path, long header) => new(Path.GetFileName(path), header, FileContent.Sha256(path));
}
