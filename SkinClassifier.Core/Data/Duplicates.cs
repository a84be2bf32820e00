using System.Security.Cryptography;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>Finds pictures whose files have the same bytes (SHA-256). Only files that share their length with another are read.</summary>
internal static class Duplicates
{
    /// <summary>Sets of two or more examples with equal content, each in dataset order, ordered by their first example. Files that cannot be read are left out.</summary>
    public static List<ImageExample[]> Find(IReadOnlyList<ImageExample> examples, WorkerPool workers)
    {
        long[] lengths = new long[examples.Count];
        workers.Run(examples.Count, i => lengths[i] = Length(examples[i]));
        int[] suspects = [.. Enumerable.Range(0, examples.Count).Where(i => lengths[i] >= 0).GroupBy(i => lengths[i]).Where(g => g.Skip(1).Any()).SelectMany(g => g).Order()];
        string?[] hashes = new string?[suspects.Length];
        workers.Run(suspects.Length, i => hashes[i] = Hash(examples[suspects[i]]));
        return
        [
            .. Enumerable.Range(0, suspects.Length).Where(i => hashes[i] is not null).GroupBy(i => hashes[i], StringComparer.Ordinal)
                .Where(g => g.Skip(1).Any()).Select(g => g.Select(i => examples[suspects[i]]).ToArray()),
        ];
    }

    private static long Length(ImageExample example)
    {
        try
        {
            using Stream stream = example.Open();
            return stream.CanSeek ? stream.Length : 0;
        }
        catch (Exception fault) when (DatasetBuilder.IsContentFault(fault))
        {
            return -1;
        }
    }

    private static string? Hash(ImageExample example)
    {
        try
        {
            using Stream stream = example.Open();
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception fault) when (DatasetBuilder.IsContentFault(fault))
        {
            return null;
        }
    }
}
