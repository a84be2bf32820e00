using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>A contact sheet that shows what a list of augmentations makes of pictures.</summary>
public static class AugmentationSheet
{
    private const int Gap = 4;

    /// <summary>
    /// One row per picture: first as it is, then as in epochs 0, 1, 2 … of training. Every picture is scaled to fit its cell and put in the middle on white.
    /// </summary>
    /// <param name="pictures">At least one; the place in the list is the picture's number.</param>
    /// <param name="pipeline">What changes them.</param>
    /// <param name="epochs">Changed pictures per row, 1 to 100. Default 7.</param>
    /// <param name="cell">Width and height of a cell in pixels, 16 to 1024. Default 128.</param>
    /// <param name="seed">Seed of the training run that is shown. Default 1.</param>
    /// <exception cref="ArgumentException">There are no pictures, or the sheet would be too large.</exception>
    public static RgbImage Draw(IReadOnlyList<RgbImage> pictures, AugmentationPipeline pipeline, int epochs = 7, int cell = 128, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epochs, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(cell, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cell, 1024);
        if (pictures.Count == 0)
            throw new ArgumentException("contact sheet: expected at least one picture, received none.", nameof(pictures));
        int step = cell + Gap;
        RgbImage sheet = new(checked((epochs + 1) * step + Gap), checked(pictures.Count * step + Gap));
        sheet.Pixels.Fill(255);
        for (int row = 0; row < pictures.Count; row++)
        {
            Put(sheet, pictures[row], Gap, Gap + row * step, cell);
            for (int epoch = 0; epoch < epochs; epoch++)
                Put(sheet, pipeline.Apply(pictures[row], seed, epoch, row), Gap + (epoch + 1) * step, Gap + row * step, cell);
        }
        return sheet;
    }

    private static void Put(RgbImage sheet, RgbImage picture, int left, int top, int cell)
    {
        double scale = cell / (double)Math.Max(picture.Width, picture.Height);
        int width = Math.Clamp((int)(picture.Width * scale + 0.5), 1, cell), height = Math.Clamp((int)(picture.Height * scale + 0.5), 1, cell);
        RgbImage small = picture.Resize(width, height);
        for (int y = 0; y < height; y++)
            small.Row(y).CopyTo(sheet.Row(top + (cell - height) / 2 + y)[(3 * (left + (cell - width) / 2))..]);
    }
}
