namespace SkinClassifier.Imaging;

/// <summary>How new pixels are computed when an image is resized.</summary>
public enum ResizeFilter
{
    /// <summary>The source pixel under the middle of the new pixel; hard steps, no new colors.</summary>
    Nearest,

    /// <summary>Triangle weights over the area that the new pixel covers (bilinear with antialiasing).</summary>
    Triangle,

    /// <summary>
    /// Cubic convolution weights with a = −0.5 over the area that the new pixel covers (bicubic with antialiasing); sharper, may overshoot at edges.
    /// </summary>
    Cubic,
}
