namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>What the components of an image mean.</summary>
internal enum JpegColors
{
    /// <summary>The first component is brightness; a second one is left out.</summary>
    Gray,
    /// <summary>Brightness, blue difference, red difference (JFIF; ITU-R BT.601, full range).</summary>
    YCbCr,
    /// <summary>Red, green, blue.</summary>
    Rgb,
    /// <summary>Cyan, magenta, yellow, black; stored inverted, as all known writers do.</summary>
    Cmyk,
    /// <summary>Cyan, magenta, yellow as YCbCr, and black; stored inverted.</summary>
    Ycck,
}
