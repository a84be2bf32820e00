using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Augmentations;

public sealed class AugmentationSheetTests
{
    [Test]
    public void The_first_cell_of_a_row_is_the_image_and_the_next_ones_are_the_epochs()
    {
        RgbImage wide = TestImage.Create(16, 32), square = TestImage.Create(32, 32);
        AugmentationPipeline pipeline = AugmentationPipeline.Preset("strong");
        RgbImage sheet = AugmentationSheet.Draw([wide, square], pipeline, epochs: 3, cell: 32, seed: 4);
        Assert.That((sheet.Width, sheet.Height), Is.EqualTo((4 * 36 + 4, 2 * 36 + 4)));
        Assert.That(sheet.Crop(4, 4 + 8, 32, 16).Pixels.SequenceEqual(wide.Pixels), Is.True, "in the middle of its cell");
        Assert.That(sheet.Crop(4, 4, 32, 8).Pixels.ToArray(), Is.All.EqualTo(255), "white above");
        Assert.That(sheet.Crop(4 + 3 * 36, 4 + 36, 32, 32).Pixels.SequenceEqual(pipeline.Apply(square, 4, 2, 1).Pixels), Is.True);
        Assert.That(() => AugmentationSheet.Draw([], pipeline), Throws.ArgumentException);
    }
}
