using SkinClassifier.Common;
using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Imaging.Formats;

/// <summary>What a decoder finds in the head of a file: the stored size in pixels and the EXIF orientation, 1 to 8 (1 = upright).</summary>
internal readonly record struct ImageHeader(int Width, int Height, int Orientation);

/// <summary>An image file format: recognized by its first bytes, identified by its head, decoded to raw pixels.</summary>
internal abstract class ImageFormat
{
    /// <summary>The usual name, for example "PNG".</summary>
    public abstract string Name { get; }

    /// <summary>File name endings, with dot and in lower case, that <see cref="Encode"/> writes; empty when the format is only read.</summary>
    public virtual IReadOnlyList<string> WrittenExtensions => [];

    /// <summary>Whether the content starts as this format does. Must accept any content, empty included.</summary>
    public abstract bool Matches(ReadOnlySpan<byte> content);

    /// <summary>Size and orientation from the head, without decoding pixels. <paramref name="name"/> starts every message.</summary>
    /// <exception cref="InvalidContentException">The file is damaged.</exception>
    /// <exception cref="UnsupportedContentException">The file uses a kind of coding that is not read.</exception>
    public abstract ImageHeader Identify(ReadOnlySpan<byte> content, string name);

    /// <summary>As <see cref="Identify"/>, from the start of a file that goes on; null when the answer may stand further back.</summary>
    /// <exception cref="UnsupportedContentException">The file uses a kind of coding that is not read.</exception>
    public virtual ImageHeader? IdentifyStart(ReadOnlySpan<byte> start, string name)
    {
        try
        {
            return Identify(start, name);
        }
        catch (InvalidContentException)
        {
            return null; // damaged, or cut by the end of the start: the whole file tells
        }
    }

    /// <summary>
    /// Writes the pixels as stored into <paramref name="target"/>; orientation is applied by the caller. The caller has already compared the size that
    /// <see cref="Identify"/> gives with the pixel limit; the decoder compares the size with the length of the content before it allocates.
    /// <paramref name="eighths"/> (1, 2, 4 or 8) asks for an image of that many eighths of the size, rounded up; a format that cannot do so gives the
    /// whole one.
    /// </summary>
    /// <inheritdoc cref="Identify"/>
    public abstract void Decode(ReadOnlySpan<byte> content, DecoderOptions options, string name, ImageBuffer target, int eighths);

    /// <summary>
    /// Decodes an image row by row into <paramref name="rows"/>, which takes the window that <paramref name="scale"/> wants of it; orientation is not applied.
    /// </summary>
    /// <returns>Columns and rows of the decoded image; null where the format, or the window, does not work that way: then nothing was decoded.</returns>
    /// <inheritdoc cref="Decode"/>
    public virtual (int Width, int Height)? DecodeRows(
        ReadOnlySpan<byte> content, DecoderOptions options, string name, RowResize rows, IDecodingScale scale, int eighths) => null;

    /// <summary>
    /// Name of the color space that the file declares, when it is not sRGB; null for sRGB, and where nothing is declared. Only reported: samples are
    /// used as stored. Never throws for damaged content.
    /// </summary>
    public virtual string? OtherColorSpace(ReadOnlySpan<byte> content) => null;

    /// <summary>The file content for an image. <paramref name="quality"/>: 1 to 100, only for formats that lose detail.</summary>
    /// <exception cref="NotSupportedException">The format is only read (<see cref="WrittenExtensions"/> is empty).</exception>
    public virtual byte[] Encode(RgbImage image, int quality) =>
        throw new NotSupportedException($"{Name}: expected a format that can be written, received one that is only read.");
}
