using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>A contact sheet that shows what a list of augmentations makes of images.</summary>
public static class AugmentationSheet
{
    private const int Gap = 4;

    /// <summary>
    /// One row per image: first as it is, then as in epochs 0, 1, 2 … of training. Every image is scaled to fit its cell and put in the middle on white.
    /// </summary>
    /// <param name="images">At least one; the place in the list is the image's number.</param>
    /// <param name="pipeline">What changes them.</param>
    /// <param name="epochs">Changed images per row, 1 to 100. Default 7.</param>
    /// <param name="cell">Width and height of a cell in pixels, 16 to 1024. Default 128.</param>
    /// <param name="seed">Seed of the training run that is shown. Default 1.</param>
    /// <exception cref="ArgumentException">There are no images, or the sheet would be too large.</exception>
    public static RgbImage Draw(IReadOnlyList<RgbImage> images, AugmentationPipeline pipeline, int epochs = 7, int cell = 128, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epochs, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(cell, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cell, 1024);
        if (images.Count == 0)
            throw new ArgumentException("contact sheet: expected at least one image, received none.", nameof(images));
        int step = cell + Gap;
        RgbImage sheet = new(checked((epochs + 1) * step + Gap), checked(images.Count * step + Gap));
        sheet.Pixels.Fill(255);
        for (int row = 0; row < images.Count; row++)
        {
            Put(sheet, images[row], Gap, Gap + row * step, cell);
            for (int epoch = 0; epoch < epochs; epoch++)
                Put(sheet, pipeline.Apply(images[row], seed, epoch, row), Gap + (epoch + 1) * step, Gap + row * step, cell);
        }
        return sheet;
    }

    private static void Put(RgbImage sheet, RgbImage image, int left, int top, int cell)
    {
        double scale = cell / (double)Math.Max(image.Width, image.Height);
        int width = Math.Clamp((int)(image.Width * scale + 0.5), 1, cell), height = Math.Clamp((int)(image.Height * scale + 0.5), 1, cell);
        RgbImage small = image.Resize(width, height);
        for (int y = 0; y < height; y++)
            small.Row(y).CopyTo(sheet.Row(top + (cell - height) / 2 + y)[(3 * (left + (cell - width) / 2))..]);
    }
}
