namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>The pixels (X + i · StepX, Y + j · StepY) of an image, stored as one small image of their own (PNG specification, section 8.2).</summary>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY)
{
    private static readonly PngPass[] Whole = [new(0, 0, 1, 1)];
    private static readonly PngPass[] Adam7 =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    /// <summary>The passes of a file in their order: one, or the seven of Adam7.</summary>
    public static ReadOnlySpan<PngPass> Of(bool interlaced) => interlaced ? Adam7 : Whole;

    /// <summary>Columns of the pass in an image of <paramref name="width"/> columns; may be 0.</summary>
    public int Width(int width) => (int)(((long)width - X + StepX - 1) / StepX);

    /// <summary>Rows of the pass in an image of <paramref name="height"/> rows; may be 0.</summary>
    public int Height(int height) => (int)(((long)height - Y + StepY - 1) / StepY);
}
