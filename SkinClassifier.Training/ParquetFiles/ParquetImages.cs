using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parquet.Schema;
using SkinClassifier.Common;
using SkinClassifier.Sharding;

namespace SkinClassifier.Training.ParquetFiles;

/// <summary>
/// Images in Parquet files, as data hubs publish them: a column <c>image</c> with <c>bytes</c> and <c>path</c> inside, or a column of bytes, and often a
/// column <c>label</c> of numbers or words. Read a row group at a time, so that memory does not grow with their number.
/// </summary>
internal sealed class ParquetImages : IImageList
{
    /// <summary>The ending.</summary>
    public const string Extension = ".parquet";

    private static readonly string[] _imageNames = ["image", "img", "bytes", "content"];
    private readonly List<Group> _groups = [];

    private ParquetImages(string hash) => Hash = hash;

    /// <inheritdoc/>
    /// <remarks>Of the names, lengths and footers of the files; the footer has the place and length of every column of every row group.</remarks>
    public string Hash { get; }

    /// <inheritdoc/>
    public long Rows => _groups.Count == 0 ? 0 : _groups[^1].First + _groups[^1].Rows;

    /// <summary>Whether a path ends as such a file.</summary>
    public static bool IsNameOf(string path) => Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens files; their rows follow each other.</summary>
    /// <exception cref="InvalidContentException">A file is damaged, has no images or no row.</exception>
    public static ParquetImages Open(IReadOnlyList<string> files)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<Group> groups = [];
        long first = 0;
        foreach (string path in files)
        {
            using ParquetFile file = ParquetFile.Open(path);
            Columns.Of(file, path);
            int rowOfFile = 0;
            foreach ((int index, int rows) in file.Groups.Index())
            {
                groups.Add(new Group(path, index, first, rowOfFile, rows));
                (first, rowOfFile) = (first + rows, rowOfFile + rows);
            }
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}\0{new FileInfo(path).Length}\0")));
            hash.AppendData(Footer(path));
        }
        if (first == 0)
            throw new InvalidContentException($"{string.Join(", ", files)}: expected a row for every image, found none.");
        ParquetImages images = new(Convert.ToHexStringLower(hash.GetHashAndReset()));
        images._groups.AddRange(groups);
        return images;
    }

    /// <inheritdoc/>
    public IEnumerable<ListedImage> Of(Shard shard)
    {
        (long first, long count) = shard.Range(Rows);
        foreach (Group group in _groups.Where(g => g.First < first + count && g.First + g.Rows > first))
        {
            (string Name, byte[]? Content, string? Path)[] images = Read(group);
            int from = (int)Math.Max(0, first - group.First), to = (int)Math.Min(group.Rows, first + count - group.First);
            for (int i = from; i < to; i++)
            {
                (string name, byte[]? content, string? path) = images[i];
                images[i] = default;
                // Without bytes the path names a file beside the table; without both there is no image, which the decoder says.
                yield return content is not null || string.IsNullOrEmpty(path) ? new ListedImage(name, name, content ?? [])
                    : new ListedImage(name, Path.Combine(Path.GetDirectoryName(Path.GetFullPath(group.File))!, path));
            }
        }
    }

    /// <summary>The name of every row: file#row, and the path that the row gives.</summary>
    public IEnumerable<string> Names()
    {
        foreach (Group group in _groups)
        {
            using ParquetFile file = ParquetFile.Open(group.File);
            string?[]? paths = Columns.Of(file, group.File).Path is { } path ? file.Texts(group.Index, path) : null;
            for (int i = 0; i < group.Rows; i++)
                yield return NameOf(group, i, paths);
        }
    }

    /// <summary>Which row group has a row, and where in it.</summary>
    public (int Group, int Index) Find(long row)
    {
        int group = _groups.FindIndex(g => row < g.First + g.Rows);
        return (group, (int)(row - _groups[group].First));
    }

    /// <summary>The bytes of a row group; null where a row has none.</summary>
    public byte[]?[] Content(int group) => [.. Read(_groups[group]).Select(r => r.Content)];

    /// <summary>The class of every row, as a word; null where a row has none.</summary>
    /// <exception cref="InvalidContentException">There is no column of classes, or one number has no word.</exception>
    public IEnumerable<string?> Labels()
    {
        foreach (Group group in _groups)
        {
            using ParquetFile file = ParquetFile.Open(group.File);
            DataField field = Columns.Of(file, group.File).Label ?? throw new InvalidContentException(
                $"{group.File}: expected a column label with the classes, found {string.Join(", ", file.Fields.Select(f => f.Path))}. Name another file.");
            IReadOnlyList<string>? words = Words(file, field);
            foreach (string? label in Columns.IsText(field) ? file.Texts(group.Index, field)
                : file.Numbers<long>(group.Index, field).Select(n => n is null ? null : words is null ? n.Value.ToString(CultureInfo.InvariantCulture)
                    : n >= 0 && n < words.Count ? words[(int)n] : null))
                yield return label;
        }
    }

    private static (string Name, byte[]? Content, string? Path)[] Read(Group group)
    {
        using ParquetFile file = ParquetFile.Open(group.File);
        Columns columns = Columns.Of(file, group.File);
        byte[]?[] bytes = file.Bytes(group.Index, columns.Bytes);
        string?[]? paths = columns.Path is { } path ? file.Texts(group.Index, path) : null;
        return [.. bytes.Select((content, i) => (NameOf(group, i, paths), content, paths?[i]))];
    }

    private static string NameOf(Group group, int i, string?[]? paths) => string.Create(CultureInfo.InvariantCulture,
        $"{Path.GetFileName(group.File)}#{group.RowOfFile + i}{(string.IsNullOrEmpty(paths?[i]) ? "" : "/" + paths[i])}");

    /// <summary>What data hubs say the numbers of a column mean; null: nothing.</summary>
    private static IReadOnlyList<string>? Words(ParquetFile file, DataField field)
    {
        if (!file.Metadata.TryGetValue("huggingface", out string? text))
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("info", out JsonElement at) && at.TryGetProperty("features", out at)
                && at.TryGetProperty(field.Name, out at) && at.TryGetProperty("names", out at)
                ? [.. at.EnumerateArray().Select(n => n.GetString() ?? "")] : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Another program's text beside the table: the numbers are the classes then.
            return null;
        }
    }

    /// <summary>The end of a file: what is in it and where, its length in four bytes, and "PAR1".</summary>
    private static byte[] Footer(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] end = new byte[8];
        stream.Position = stream.Length - end.Length;
        stream.ReadExactly(end);
        byte[] footer = new byte[BinaryPrimitives.ReadInt32LittleEndian(end)];
        stream.Position = stream.Length - end.Length - footer.Length;
        stream.ReadExactly(footer);
        return footer;
    }

    /// <summary>A row group.</summary>
    private sealed record Group(string File, int Index, long First, int RowOfFile, int Rows);

    /// <summary>Where a file has what.</summary>
    private sealed record Columns(DataField Bytes, DataField? Path, DataField? Label)
    {
        public static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

        public static Columns Of(ParquetFile file, string path)
        {
            DataField[] bytes = [.. file.Fields.Where(f => IsBytes(f) && !f.IsArray)];
            DataField? image = bytes.FirstOrDefault(f => _imageNames.Contains(f.Path.ToString().Split('/')[0]))
                ?? (bytes.Length == 1 ? bytes[0] : null);
            if (image is null)
                throw new InvalidContentException($"{path}: expected a column image with the bytes of an image file in each row, found "
                    + $"{string.Join(", ", file.Fields.Select(f => f.Path))}. Name another file.");
            string[] place = image.Path.ToString().Split('/');
            string beside = string.Join('/', place[..^1].Append("path"));
            return new Columns(image, file.Fields.FirstOrDefault(f => f.Path.ToString() == beside && IsText(f)),
                file.Fields.FirstOrDefault(f => f.Path.ToString() is "label" or "labels" && (IsText(f) || f.ClrType == typeof(long))));
        }

        private static bool IsBytes(DataField field) => field.ClrType == typeof(byte[]) || field.ClrType == typeof(ReadOnlyMemory<byte>);
    }
}
