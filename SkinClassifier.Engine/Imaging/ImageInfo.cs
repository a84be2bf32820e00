namespace SkinClassifier.Imaging;

/// <summary>What the head of an image file says, without its pixels.</summary>
/// <param name="Format">Name of the file format, for example "PNG".</param>
/// <param name="Width">Columns, in pixels, as displayed (after EXIF orientation when that is applied).</param>
/// <param name="Height">Rows, in pixels, as displayed.</param>
public sealed record ImageInfo(string Format, int Width, int Height);
