using System.Security.Cryptography;

namespace SkinClassifier.Sharding;

/// <summary>SHA-256 of files, lower case hexadecimal.</summary>
internal static class FileHash
{
    /// <summary>Of a file, read piece by piece.</summary>
    public static string Of(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
