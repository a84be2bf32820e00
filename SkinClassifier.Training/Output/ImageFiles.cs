namespace SkinClassifier.Training.Output;

/// <summary>Images in a folder that a user named.</summary>
internal static class ImageFiles
{
    // The second row cannot be read, but is reported by name instead of being passed over in silence.
    private static readonly string[] Known =
    [
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif",
        ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".j2k",
    ];

    /// <summary>Endings that are looked at, for messages.</summary>
    public static string Extensions => string.Join(", ", Known);

    /// <summary>All images in a folder and below, by ending, in ordinal order; hidden files and folders are left out.</summary>
    public static IEnumerable<string> InFolder(string folder) => Directory
        .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System })
        .Where(f => Known.Contains(Path.GetExtension(f).ToLowerInvariant()))
        .Order(StringComparer.Ordinal);
}
