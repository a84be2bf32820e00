namespace SkinClassifier.Models.MlNet;

/// <summary>The kinds of ML.NET's ResizeImages, by their numbers in a file.</summary>
internal enum MlNetResizing : byte
{
    /// <summary>The longer side to the size, black borders.</summary>
    IsoPad,

    /// <summary>The shorter side to the size, cut around the center.</summary>
    IsoCrop,

    /// <summary>Both sides to the size, by single pixels.</summary>
    Fill,
}

/// <summary>The colors that ExtractPixels takes, by their bits in a file; planes come in the order alpha, red, green, blue.</summary>
internal enum MlNetPlanes : byte
{
    /// <summary>Alpha alone.</summary>
    Alpha = 0x01,

    /// <summary>Red, green, blue.</summary>
    Colors = 0x0E,

    /// <summary>Alpha, red, green, blue.</summary>
    All = 0x0F,
}

/// <summary>A column of pixels in ML.NET's chain: what ResizeImages makes and ExtractPixels gives to the ONNX file.</summary>
/// <param name="Name">Column of bytes, planes [PlaneCount,Height,Width].</param>
/// <param name="ImageName">Column of the resized image.</param>
/// <param name="Width">Columns of pixels.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Resizing">ML.NET's way to that size.</param>
/// <param name="Planes">Which planes.</param>
internal sealed record MlNetPixelColumn(string Name, string ImageName, int Width, int Height, MlNetResizing Resizing, MlNetPlanes Planes)
{
    /// <summary>How many planes.</summary>
    public int PlaneCount => System.Numerics.BitOperations.PopCount((uint)Planes);
}
