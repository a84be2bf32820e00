using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Sharding;

/// <summary>What takes the place of a manifest's hash where a part is of a labeled dataset.</summary>
internal static class DatasetHash
{
    /// <summary>SHA-256 of all that is known of the images: their paths, classes, groups, sets and contents, and which of them are worked on.</summary>
    /// <param name="data">All images.</param>
    /// <param name="chosen">Those that are worked on, in order.</param>
    public static string Of(ImageDataset data, ImageDataset chosen)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageDataset part in new[] { data, chosen })
        {
            foreach (ImageExample e in part.Examples)
                Add(string.Create(CultureInfo.InvariantCulture, $"{e.Path}\0{e.Label}\0{e.Group}\0{e.Split}\0{e.ContentHash}\n"));
            Add("\n");
        }
        foreach (SkippedFile file in data.Skipped)
            Add($"{file.Path}\n");
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
    }
}
