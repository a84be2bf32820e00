using SkinClassifier.Common;
using SkinClassifier.Imaging.Formats;

namespace SkinClassifier.Imaging;

public sealed partial class RgbImage
{
    private const int StartBytes = 1 << 16;

    /// <summary>
    /// Reads an image file of any supported format, found by its first bytes. Transparency is laid over white, and the image is turned upright as its
    /// EXIF or XMP orientation says.
    /// </summary>
    /// <exception cref="InvalidContentException">The file is damaged; the message starts with the path.</exception>
    /// <exception cref="UnsupportedContentException">The format is not read, or the image has more pixels than <paramref name="options"/> allow.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RgbImage Load(string path, DecoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Decode(ReadFile(path), options, path);
    }

    /// <summary>Reads an image from the rest of a stream, which stays open. Otherwise as <see cref="Load(string, DecoderOptions?)"/>.</summary>
    /// <inheritdoc cref="Load(string, DecoderOptions?)"/>
    public static RgbImage Load(Stream stream, DecoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return Decode(copy.GetBuffer().AsSpan(0, (int)copy.Length), options, (stream as FileStream)?.Name ?? "image");
    }

    /// <summary>Decodes the content of an image file. <paramref name="name"/> (a path, for example) starts every message.</summary>
    /// <exception cref="InvalidContentException">The content is damaged.</exception>
    /// <exception cref="UnsupportedContentException">The format is not read, or the image has more pixels than <paramref name="options"/> allow.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> content, DecoderOptions? options = null, string name = "image")
    {
        ImageBuffer image = new();
        image.Decode(content, options, name);
        return image.Take();
    }

    /// <summary>
    /// Format and size of an image file, without decoding its pixels. Reads the first 64 KiB; the whole file only where the size or the orientation
    /// stands further back.
    /// </summary>
    /// <inheritdoc cref="Load(string, DecoderOptions?)"/>
    public static ImageInfo Identify(string path, DecoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using (FileStream file = FileContent.Open(path))
        {
            byte[] start = new byte[StartBytes];
            int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (length < start.Length)
                return Identify(start.AsSpan(0, length), options, path);
            ImageFormat format = ImageFormatCatalog.Find(start, path);
            if (format.IdentifyStart(start, path) is { } header)
                return Info(format, header, options);
        }
        return Identify(ReadFile(path), options, path);
    }

    /// <summary>Format and size of the content of an image file, without decoding its pixels. The pixel limit does not apply.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, DecoderOptions?, string)"/>
    public static ImageInfo Identify(ReadOnlySpan<byte> content, DecoderOptions? options = null, string name = "image")
    {
        ImageFormat format = ImageFormatCatalog.Find(content, name);
        return Info(format, format.Identify(content, name), options);
    }

    /// <summary>
    /// Writes the image as the ending of <paramref name="path"/> says (.png, .jpg, .jpeg), under a temporary name that is renamed at the end.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="jpegQuality">1 (small) to 100 (best), for JPEG only. Default 90.</param>
    /// <exception cref="ArgumentException">Another ending.</exception>
    public void Save(string path, int jpegQuality = 90)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ImageFormat format = ImageFormatCatalog.FindForWriting(path);
        AtomicFile.WriteBytes(path, format.Encode(this, jpegQuality));
    }

    /// <summary>The image as the content of a PNG file: 8 bit RGB, every pixel kept exactly.</summary>
    public byte[] EncodePng() => ImageFormatCatalog.FindForWriting(".png").Encode(this, 100);

    /// <summary>The image as the content of a JPEG file. <paramref name="quality"/>: 1 (small) to 100 (best), default 90.</summary>
    public byte[] EncodeJpeg(int quality = 90) => ImageFormatCatalog.FindForWriting(".jpg").Encode(this, quality);

    private static ImageInfo Info(ImageFormat format, ImageHeader header, DecoderOptions? options)
    {
        bool swap = (options ?? DecoderOptions.Default).ApplyOrientation && header.Orientation >= 5;
        return swap ? new ImageInfo(format.Name, header.Height, header.Width) : new ImageInfo(format.Name, header.Width, header.Height);
    }

    private static ReadOnlySpan<byte> ReadFile(string path)
    {
        byte[] content = [];
        int length = FileContent.Read(path, ref content);
        return content.AsSpan(0, length);
    }
}
