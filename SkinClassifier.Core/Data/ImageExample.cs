using System.Collections.Immutable;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data;

/// <summary>One labeled image of a dataset. Immutable; holds no pixels.</summary>
public sealed class ImageExample
{
    private static readonly IReadOnlyDictionary<string, string> NoColumns = ImmutableDictionary<string, string>.Empty;
    private readonly Func<Stream>? _open;

    internal ImageExample(string path, string label, string? file, Func<Stream>? open)
    {
        Path = path;
        Label = label;
        File = file;
        _open = open;
    }

    /// <summary>Relative to the dataset, with '/'; a name for images in memory.</summary>
    public string Path { get; }

    /// <summary>Full path of the file; null for images in memory.</summary>
    public string? File { get; }

    /// <summary>Name of the class.</summary>
    public string Label { get; }

    /// <summary>Position of <see cref="Label"/> in <see cref="ImageDataset.Labels"/>, 0-based.</summary>
    public int LabelIndex { get; internal init; } = -1;

    /// <summary>Images with the same value belong together (one lesion, one patient) and never fall into two sets; null when there are no groups.</summary>
    public string? Group { get; internal init; }

    /// <summary>What the image is used for.</summary>
    public DatasetSplit Split { get; internal init; }

    /// <summary>The image's row of metadata.csv or of the dataset's CSV file: column name → value. Empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; internal init; } = NoColumns;

    /// <summary>Format and size as the header says; null when it was not looked at.</summary>
    internal ImageInfo? Info { get; init; }

    /// <summary>SHA-256 of the image file, upper case hexadecimal; null when it was not read.</summary>
    internal string? ContentHash { get; init; }

    /// <summary>The bytes of the image file.</summary>
    /// <exception cref="IOException">The file cannot be read, or is larger than 2 GB.</exception>
    public byte[] ReadContent()
    {
        byte[] buffer = [];
        int length = ReadContent(ref buffer);
        return length == buffer.Length ? buffer : buffer[..length];
    }

    /// <summary>Reads the file into <paramref name="buffer"/>, which grows when it is too small, and returns the length.</summary>
    internal int ReadContent(ref byte[] buffer)
    {
        using Stream stream = Open();
        return FileContent.Read(stream, Path, ref buffer);
    }

    /// <summary>Opens the image file; the caller disposes the stream.</summary>
    internal Stream Open() => File is not null ? FileContent.Open(File) : _open!();

    /// <summary>The same image with the group of a table's value; none when the value says that there is none.</summary>
    internal ImageExample WithGroup(string? group) => With(group: group, keepGroup: false);

    /// <summary>The same image under another class name.</summary>
    internal ImageExample WithLabel(string label) =>
        new(Path, label, File, _open) { Group = Group, Split = Split, Columns = Columns, Info = Info, ContentHash = ContentHash };

    internal ImageExample With(int? labelIndex = null, string? group = null, bool keepGroup = true, DatasetSplit? split = null,
        IReadOnlyDictionary<string, string>? columns = null, ImageInfo? info = null, string? contentHash = null) => new(Path, Label, File, _open)
        {
            LabelIndex = labelIndex ?? LabelIndex,
            Group = keepGroup ? group ?? Group : MissingValues.IsNoGroup(group) ? null : CanonicalForm.Of(group!.Trim()),
            Split = split ?? Split,
            Columns = columns ?? Columns,
            Info = info ?? Info,
            ContentHash = contentHash ?? ContentHash,
        };

    /// <inheritdoc/>
    public override string ToString() => $"{Path} ({Label})";
}
