using SkinClassifier.Common;
using SkinClassifier.Imaging.Formats.Bmp;
using SkinClassifier.Imaging.Formats.Gif;
using SkinClassifier.Imaging.Formats.Jpeg;
using SkinClassifier.Imaging.Formats.Png;

namespace SkinClassifier.Imaging.Formats;

/// <summary>All image formats. A new one is one folder and one line here.</summary>
internal static class ImageFormatCatalog
{
    private static readonly ImageFormat[] s_formats =
    [
        new JpegFormat(),
        new PngFormat(),
        new BmpFormat(),
        new GifFormat(),
    ];

    /// <summary>The formats that are read, in the order in which they are tried.</summary>
    public static IReadOnlyList<ImageFormat> Formats => s_formats;

    /// <summary>"JPEG, PNG, …": for messages.</summary>
    public static string SupportedNames => string.Join(", ", Formats.Select(format => format.Name));

    /// <summary>The format whose first bytes these are.</summary>
    /// <exception cref="InvalidContentException">There is no content.</exception>
    /// <exception cref="UnsupportedContentException">The format is unknown or known and not read.</exception>
    public static ImageFormat Find(ReadOnlySpan<byte> content, string name)
    {
        if (content.IsEmpty)
            throw new InvalidContentException($"{name}: expected an image, received no bytes. The file is empty; copy it again.");
        foreach (ImageFormat format in s_formats)
            if (format.Matches(content))
                return format;
        if (RefusedFormats.Recognize(content) is { } refused)
            throw new UnsupportedContentException($"{name}: expected one of {SupportedNames}, received {refused.Name}. {refused.Advice}");
        string start = Convert.ToHexString(content[..Math.Min(8, content.Length)]);
        throw new UnsupportedContentException(
            $"{name}: expected one of {SupportedNames}, received an unknown format (first bytes {start}). Save the image as PNG or JPEG, or remove the file.");
    }

    /// <summary>Whether a file with these first bytes (a few hundred) is an image, of a format that is read or of one that is only known.</summary>
    public static bool IsImage(ReadOnlySpan<byte> start)
    {
        foreach (ImageFormat format in s_formats)
            if (format.Matches(start))
                return true;
        return RefusedFormats.Recognize(start) is { IsImage: true };
    }

    /// <summary>The format that writes files with the ending of <paramref name="path"/>.</summary>
    /// <exception cref="ArgumentException">No format writes such files.</exception>
    public static ImageFormat FindForWriting(string path)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        foreach (ImageFormat format in s_formats)
            if (format.WrittenExtensions.Contains(extension))
                return format;
        string known = string.Join(", ", Formats.SelectMany(format => format.WrittenExtensions));
        throw new ArgumentException(
            $"{path}: expected a file name that ends in one of {known}, received '{extension}'. Choose one of these endings.", nameof(path));
    }
}
