using System.Security.Cryptography;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>Finds images whose files have the same bytes (SHA-256).</summary>
internal static class Duplicates
{
    /// <summary>Sets of two or more examples with equal content, each in dataset order, ordered by their first example. Files that cannot be read are left out.</summary>
    public static List<ImageExample[]> Find(IReadOnlyList<ImageExample> examples, WorkerPool workers)
    {
        string?[] hashes = new string?[examples.Count];
        workers.Run(examples.Count, i => hashes[i] = examples[i].ContentHash ?? Hash(examples[i]));
        return
        [
            .. Enumerable.Range(0, examples.Count).Where(i => hashes[i] is not null).GroupBy(i => hashes[i], StringComparer.Ordinal)
                .Where(g => g.Skip(1).Any()).Select(g => g.Select(i => examples[i]).ToArray()),
        ];
    }

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
