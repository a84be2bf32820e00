using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Imaging.Transforms;

[Category("Simd")]
public sealed class TransformTests
{
    private static IEnumerable<ImagingGolden> Resizes => ImagingGolden.Read("resize");

    [TestCaseSource(nameof(Resizes))]
    public void Resize_gives_Pillows_bytes(ImagingGolden golden)
    {
        ResizeFilter filter = Enum.Parse<ResizeFilter>(golden.Name, ignoreCase: true);
        Assert.That(ImagingGolden.HashOf(ImagingGolden.Source().Resize(golden.Width, golden.Height, filter)), Is.EqualTo(golden.Hash));
    }

    [TestCaseSource(nameof(Resizes))]
    public void A_window_of_a_resize_is_the_resize_and_a_crop(ImagingGolden golden)
    {
        ResizeFilter filter = Enum.Parse<ResizeFilter>(golden.Name, ignoreCase: true);
        RgbImage image = ImagingGolden.Source();
        int left = golden.Width / 4, top = golden.Height / 3, width = (golden.Width - left + 1) / 2, height = (golden.Height - top + 1) / 2;
        byte[] window = new byte[3 * width * height];
        image.ResizeInto(golden.Width, golden.Height, filter, window, left, top, width, height);
        Assert.That(window, Is.EqualTo(image.Resize(golden.Width, golden.Height, filter).Crop(left, top, width, height).Pixels.ToArray()));
    }

    [Test]
    public void Resizing_into_a_image_allocates_nothing()
    {
        RgbImage image = ImagingGolden.Source(), target = new(20, 31);
        ResizeFilter[] filters = Enum.GetValues<ResizeFilter>();
        foreach (ResizeFilter filter in filters)
            image.ResizeInto(target, filter);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (ResizeFilter filter in filters)
            image.ResizeInto(target, filter);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Crop_takes_the_named_pixels_and_refuses_what_is_not_inside()
    {
        RgbImage image = ImagingGolden.Source(5, 20), part = image.Crop(3, 1, 4, 2);
        Assert.That((part.Width, part.Height), Is.EqualTo((4, 2)));
        Assert.That(part.Row(1).SequenceEqual(image.Row(2)[9..21]), Is.True);
        RgbImage middle = image.CropCenter(3, 2);
        Assert.That(middle.Row(0).SequenceEqual(image.Row(1).Slice(8 * 3, 9)), Is.True);
        Assert.That(() => image.Crop(17, 0, 4, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => image.Crop(0, -1, 4, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => image.CropCenter(21, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => image.Resize(0, 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Pad_surrounds_the_image_with_its_color()
    {
        RgbImage image = ImagingGolden.Source(4, 18), padded = image.Pad(1, 2, 3, 4, 10, 20, 30);
        Assert.That((padded.Width, padded.Height), Is.EqualTo((22, 10)));
        Assert.That(padded.Crop(1, 2, 18, 4).Pixels.SequenceEqual(image.Pixels), Is.True);
        byte[] color = [10, 20, 30];
        for (int y = 0; y < padded.Height; y++)
            for (int x = 0; x < padded.Width; x++)
                if (y is < 2 or >= 6 || x is < 1 or >= 19)
                    Assert.That(padded.Row(y).Slice(3 * x, 3).SequenceEqual(color), Is.True, $"({x}, {y})");
    }

    [Test]
    public void Flips_and_turns_obey_the_laws_of_the_square()
    {
        RgbImage image = ImagingGolden.Source(3, 17);
        Assert.That(image.FlipHorizontal().Row(0)[..3].SequenceEqual(image.Row(0)[^3..]), Is.True);
        Assert.That(image.FlipVertical().Row(0).SequenceEqual(image.Row(2)), Is.True);
        Assert.That(image.FlipHorizontal().FlipHorizontal().Pixels.SequenceEqual(image.Pixels), Is.True);
        RgbImage turned = image.RotateQuarterTurns(1);
        Assert.That((turned.Width, turned.Height), Is.EqualTo((3, 17)));
        Assert.That(turned.Row(0)[..3].SequenceEqual(image.Row(2)[..3]), Is.True, "clockwise: the lower left pixel comes to the upper left");
        Assert.That(turned.RotateQuarterTurns(3).Pixels.SequenceEqual(image.Pixels), Is.True);
        Assert.That(turned.RotateQuarterTurns(1).Pixels.SequenceEqual(image.FlipVertical().FlipHorizontal().Pixels), Is.True);
        Assert.That(image.RotateQuarterTurns(-1).Pixels.SequenceEqual(image.RotateQuarterTurns(3).Pixels), Is.True);
        Assert.That(image.RotateQuarterTurns(4), Is.Not.SameAs(image));
    }
}
