namespace SkinClassifier.Imaging.Transforms;

/// <summary>
/// A resize of which only a part is wanted: the image becomes <paramref name="FullWidth"/> × <paramref name="FullHeight"/> pixels, and of these
/// <paramref name="Width"/> × <paramref name="Height"/> from (<paramref name="Left"/>, <paramref name="Top"/>) on are computed.
/// </summary>
internal readonly record struct ResizeWindow(int FullWidth, int FullHeight, ResizeFilter Filter, int Left, int Top, int Width, int Height);
