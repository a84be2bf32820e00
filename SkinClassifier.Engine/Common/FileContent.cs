using System.Security.Cryptography;

namespace SkinClassifier.Common;

/// <summary>Reads files into memory that the next file uses again, and their hashes.</summary>
internal static class FileContent
{
    /// <summary>Opens a file without a buffer of its own; others may read or remove it meanwhile. Pipes, sockets and devices are not opened.</summary>
    /// <exception cref="UnsupportedContentException">There is something else than a file.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        FileKind.Require(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
    }

    /// <summary>Reads a file into <paramref name="buffer"/>, which grows when it is too small, and returns the length.</summary>
    /// <exception cref="UnsupportedContentException">It is larger than an array.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static int Read(string path, ref byte[] buffer)
    {
        using FileStream stream = Open(path);
        return Read(stream, path, ref buffer);
    }

    /// <summary>Reads the rest of a stream; <paramref name="name"/> starts messages.</summary>
    /// <inheritdoc cref="Read(string, ref byte[])"/>
    public static int Read(Stream stream, string name, ref byte[] buffer)
    {
        long left = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (left > Array.MaxLength)
            throw new UnsupportedContentException(
                $"{name}: expected an image file of at most {Array.MaxLength} bytes, received {left}. Convert it to a smaller file.");
        if (left > buffer.Length)
            buffer = new byte[(int)Math.Min(Array.MaxLength, left + left / 4)];
        int length = 0;
        while (true)
        {
            // A stream whose length was right ends here without a larger buffer.
            if (length == buffer.Length && stream.CanSeek && stream.Position == stream.Length)
                return length;
            if (length == Array.MaxLength)
                throw new UnsupportedContentException(
                    $"{name}: expected an image of at most {Array.MaxLength} bytes, received more. Convert it to a smaller file.");
            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Clamp(2L * buffer.Length, 4096, Array.MaxLength));
            int read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0)
                return length;
            length += read;
        }
    }

    /// <summary>SHA-256 of a file, lower case hexadecimal, read piece by piece; others may write or remove the file meanwhile.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string Sha256(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        return Sha256(stream);
    }

    /// <summary>SHA-256 of the rest of a stream, which stays open.</summary>
    /// <inheritdoc cref="Sha256(string)"/>
    public static string Sha256(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));
}
