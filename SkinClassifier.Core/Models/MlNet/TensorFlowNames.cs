using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Models.MlNet;

/// <summary>Recognizes the networks of ML.NET's ImageClassificationTrainer by the names of their tensors.</summary>
internal static class TensorFlowNames
{
    private const long MaxBytes = 512 << 20;

    // Name of the outer scope, and ML.NET's name of the network.
    private static readonly (string Scope, string Name)[] Known =
    [
        ("resnet_v2_101/", "ResnetV2101"),
        ("resnet_v2_50/", "ResnetV250"),
        ("MobilenetV2/", "MobilenetV2"),
        ("InceptionV3/", "InceptionV3"),
    ];

    /// <summary>The network whose scope one of the names holds; null when none does.</summary>
    public static string? Guess(ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            foreach ((string scope, string network) in Known)
                if (name.Contains(scope, StringComparison.Ordinal))
                    return network;
        return null;
    }

    /// <summary>The network whose scope comes first in a frozen graph; null when none does in the first 512 MiB.</summary>
    public static string? Guess(Stream graph, string where)
    {
        const int overlap = 32;
        byte[] buffer = new byte[1 << 16];
        int kept = 0;
        try
        {
            for (long total = 0; total < MaxBytes;)
            {
                int read = graph.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
                ReadOnlySpan<byte> seen = buffer.AsSpan(0, kept + read);
                foreach ((string scope, string network) in Known)
                    if (seen.IndexOf(Encoding.ASCII.GetBytes(scope)) >= 0)
                        return network;
                if (read < buffer.Length - kept)
                    return null;
                total += read;
                buffer.AsSpan(buffer.Length - overlap).CopyTo(buffer);
                kept = overlap;
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidContentException($"{where}: the compressed bytes are damaged ({error.Message}). Copy the file again.", error);
        }
        return null;
    }
}
