using System.Buffers;
using SkinClassifier.Hosting;

namespace SkinClassifier.Server.Api;

/// <summary>Reads what is sent, up to a limit.</summary>
internal static class UploadedBytes
{
    /// <summary>The bytes of a stream, or null where there are more than <paramref name="most"/>.</summary>
    public static async Task<byte[]?> ReadAtMostAsync(Stream stream, long most, CancellationToken cancellationToken)
    {
        using MemoryStream content = new();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (content.Length + read > most)
                    return null;
                content.Write(buffer, 0, read);
            }
            return content.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What is said of a file beyond the limit.</summary>
    public static string TooLarge(string name, PredictionLimits limits) =>
        $"{name}: expected at most {limits.MaxBytes} bytes, received more. Send a smaller file.";
}
