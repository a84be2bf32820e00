using System.Security.Cryptography;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>Finds images whose files have the same bytes (SHA-256).</summary>
internal static class Duplicates
{
    /// <summary>The examples with <see cref="ImageExample.ContentHash"/>; without one where the file cannot be read.</summary>
    public static ImageExample[] WithHashes(IReadOnlyList<ImageExample> examples, WorkerPool workers)
    {
        ImageExample[] hashed = [.. examples];
        workers.Run(hashed.Length, i =>
        {
            if (hashed[i].ContentHash is null && Hash(hashed[i]) is { } hash)
                hashed[i] = hashed[i].With(contentHash: hash);
        });
        return hashed;
    }

    /// <summary>
    /// Sets of two or more examples with equal content, each in dataset order, ordered by their first example. Those without a hash are left out.
    /// </summary>
    public static List<ImageExample[]> Find(IReadOnlyList<ImageExample> examples) =>
        [.. examples.Where(e => e.ContentHash is not null).GroupBy(e => e.ContentHash, StringComparer.Ordinal).Where(g => g.Skip(1).Any())
            .Select(g => g.ToArray())];

    private static string? Hash(ImageExample example)
    {
        try
        {
            using Stream stream = example.Open();
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception error) when (DatasetBuilder.IsContentError(error))
        {
            return null;
        }
    }
}
