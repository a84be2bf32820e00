namespace SkinClassifier.Data;

/// <summary>A labeled image that does not come from a dataset folder: bytes or a stream, JPEG, PNG, BMP or GIF.</summary>
public sealed class ImageSource
{
    /// <summary>An image in memory.</summary>
    /// <param name="name">Its name in messages and tables.</param>
    /// <param name="label">Its class.</param>
    /// <param name="content">The bytes of the image file; not copied.</param>
    public ImageSource(string name, string label, byte[] content) : this(name, label, Opener(content)) { }

    /// <summary>An image that is read from a stream each time it is needed.</summary>
    /// <param name="name">Its name in messages and tables.</param>
    /// <param name="label">Its class.</param>
    /// <param name="open">Opens a new stream at its start; called from several threads; the reader disposes the stream.</param>
    public ImageSource(string name, string label, Func<Stream> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(label);
        ArgumentNullException.ThrowIfNull(open);
        Name = name;
        Label = label;
        Open = open;
    }

    /// <summary>Its name in messages and tables.</summary>
    public string Name { get; }

    /// <summary>Its class.</summary>
    public string Label { get; }

    /// <summary>Further values, as a row of a CSV file would give them. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Columns { get; init; }

    /// <summary>What the image is used for. Default: not decided.</summary>
    public DatasetSplit Split { get; init; }

    internal Func<Stream> Open { get; }

    private static Func<Stream> Opener(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return () => new MemoryStream(content, writable: false);
    }
}
