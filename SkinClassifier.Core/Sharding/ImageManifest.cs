using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using SkinClassifier.Common;

namespace SkinClassifier.Sharding;

/// <summary>The images of a work, in order: a CSV file with a column <c>path</c>, which is read row by row, or a list in memory.</summary>
internal sealed class ImageManifest : IImageList
{
    private const string Column = "path";
    private readonly IEnumerable<string> _paths;
    private readonly string _folder;

    private ImageManifest(IEnumerable<string> paths, string folder, string hash, long rows) => (_paths, _folder, Hash, Rows) = (paths, folder, hash, rows);

    /// <inheritdoc/>
    /// <remarks>Of the file, or of the list.</remarks>
    public string Hash { get; }

    /// <inheritdoc/>
    public long Rows { get; }

    /// <summary>Opens a manifest and counts its rows, without keeping them.</summary>
    /// <param name="file">The CSV file, UTF-8 with commas.</param>
    /// <param name="folder">What its paths are relative to. Default: the folder of the file.</param>
    /// <exception cref="InvalidContentException">No column path, a row without path or with another number of fields, or no row.</exception>
    public static ImageManifest Open(string file, string? folder = null)
    {
        FileKind.Require(file);
        string root = Path.GetFullPath(folder ?? Path.GetDirectoryName(Path.GetFullPath(file))!);
        long rows = Read(file).LongCount();
        return rows > 0 ? new ImageManifest(Read(file), root, FileContent.Sha256(file), rows)
            : throw new InvalidContentException($"{file}: expected a row for every image, found none. Write it with skinclassifier data manifest.");
    }

    /// <summary>A list in memory; relative paths are relative to the working folder.</summary>
    public static ImageManifest Of(IReadOnlyList<string> paths) => new(
        paths, "", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', paths)))), paths.Count);

    /// <inheritdoc/>
    public IEnumerable<ListedImage> Of(Shard shard)
    {
        (long first, long count) = shard.Range(Rows);
        long at = 0;
        foreach (string path in _paths)
        {
            if (at >= first + count)
                yield break;
            if (at++ >= first)
                yield return new ListedImage(path, Path.Combine(_folder, path));
        }
    }

    private static IEnumerable<string> Read(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        using StreamReader reader = new(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        using CsvParser parser = new(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = error => throw new InvalidContentException(
                $"{file}: row {error.Context.Parser?.RawRow} has a quote in the wrong place. Put the whole field into double quotes."),
        });
        int column = !Next(parser, file) ? -1
            : Array.FindIndex(parser.Record!, c => c.Trim().Equals(Column, StringComparison.OrdinalIgnoreCase));
        if (column < 0)
            throw new InvalidContentException(
                $"{file}: expected a CSV file with commas and a column '{Column}', received {Columns(parser)}. Write it with skinclassifier data manifest.");
        int fields = parser.Count;
        while (Next(parser, file))
        {
            if (parser.Count != fields || parser[column].Length == 0)
                throw new InvalidContentException(
                    $"{file}: row {parser.RawRow}: expected {fields} fields, among them a path, received {parser.Count} fields. Correct the row.");
            yield return parser[column];
        }
    }

    private static string Columns(CsvParser parser) =>
        parser.Count == 0 ? "an empty file" : string.Join(", ", parser.Record!.Take(8).Select(c => c.Length > 40 ? c[..40] + "…" : c));

    private static bool Next(CsvParser parser, string file)
    {
        try
        {
            return parser.Read();
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidContentException($"{file}: the text is not UTF-8. Save the file as 'CSV UTF-8'.", error);
        }
    }
}
