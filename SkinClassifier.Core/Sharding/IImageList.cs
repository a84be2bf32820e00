namespace SkinClassifier.Sharding;

/// <summary>The images of a work, in order.</summary>
internal interface IImageList
{
    /// <summary>SHA-256 of what says which images they are, lower case hexadecimal.</summary>
    string Hash { get; }

    /// <summary>Number of images.</summary>
    long Rows { get; }

    /// <summary>The images of a part, in order.</summary>
    IEnumerable<ListedImage> Of(Shard shard);
}

/// <summary>One of them.</summary>
/// <param name="Name">What it is called in the results.</param>
/// <param name="File">The file to read, where it has no <paramref name="Content"/>.</param>
/// <param name="Content">The bytes of the image file; null: they are in <paramref name="File"/>.</param>
internal readonly record struct ListedImage(string Name, string File, byte[]? Content = null);
