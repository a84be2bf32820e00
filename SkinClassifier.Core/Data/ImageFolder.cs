using SkinClassifier.Common;
using SkinClassifier.Imaging.Formats;

namespace SkinClassifier.Data;

/// <summary>
/// The images in a folder and the folders below, found by their content: the same files as a dataset's class folder has. Hidden files are left out; links are
/// followed but never in a circle; pipes, sockets and devices are named and never opened.
/// </summary>
internal sealed class ImageFolder
{
    private const int SniffedBytes = 256;

    // Endings of image files: such a file is listed even when its content is damaged or of a format that is not read, so that its reader says so.
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif",
        ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".j2k", ".jxl", ".dcm",
    };

    private ImageFolder(IReadOnlyList<string> images, IReadOnlyList<SkippedFile> skipped, IReadOnlyList<string> otherFiles, IReadOnlyList<string> warnings) =>
        (Images, Skipped, OtherFiles, Warnings) = (images, skipped, otherFiles, warnings);

    /// <summary>Paths of the images, starting with the folder as it was given, in ordinal order.</summary>
    public IReadOnlyList<string> Images { get; }

    /// <summary>Pipes, sockets, devices, and files and folders that cannot be opened, each with the reason; paths as in <see cref="Images"/>.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>Files that are no images, by their content and their ending; paths as in <see cref="Images"/>.</summary>
    public IReadOnlyList<string> OtherFiles { get; }

    /// <summary>Links that are not followed, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Looks through a folder. Of each file without the ending of an image the first bytes are read.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static ImageFolder Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{folder}: expected a folder with images, there is no such folder.");
        List<string> warnings = [], images = [], others = [];
        List<SkippedFile> unopened = [], skipped = [];
        FolderScanner scanner = new(root, warnings, unopened);
        foreach (string file in scanner.CollectAll().Order(StringComparer.Ordinal))
        {
            string shown = Path.Combine(folder, Path.GetRelativePath(root, file));
            try
            {
                if (FileKind.OtherThanFile(file) is { } kind)
                    skipped.Add(new SkippedFile(shown, $"This is {kind}; it is not opened."));
                else
                    (Endings.Contains(Path.GetExtension(file)) || IsImage(file) ? images : others).Add(shown);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                skipped.Add(new SkippedFile(shown, error.Message));
            }
        }
        skipped.AddRange(unopened.Select(s => new SkippedFile(Path.Combine(folder, s.Path), s.Reason)));
        return new ImageFolder(images, skipped, others, warnings);
    }

    private static bool IsImage(string file)
    {
        Span<byte> start = stackalloc byte[SniffedBytes];
        using FileStream stream = FileContent.Open(file);
        return ImageFormatCatalog.IsImage(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }
}
