using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Imaging;
using SkinClassifier.Tests.Imaging.Formats.Jpeg;

namespace SkinClassifier.Tests.Data;

/// <summary>The way of an image's rows straight into the resize gives the bytes of a whole image that is resized afterwards.</summary>
[Category("Simd")]
public sealed class ImageReaderTests
{
    private static IEnumerable<ImagePreprocessor> Preprocessors =>
        from size in new[] { (5, 5), (16, 9), (64, 64), (40, 101) }
        from resize in Enum.GetValues<ResizeKind>()
        from filter in Enum.GetValues<ResizeFilter>()
        from reduced in new[] { false, true }
        select new ImagePreprocessor(size.Item1, size.Item2, resize, filter) { ReducedDecoding = reduced };

    [Test]
    public void Every_kind_of_jpeg_is_read_as_if_it_was_decoded_first([ValueSource(typeof(JpegGolden), nameof(JpegGolden.Names))] string name)
    {
        byte[] content = JpegGolden.Content(name);
        foreach (ImagePreprocessor preprocessor in Preprocessors)
            Check(content, preprocessor, name);
    }

    [Test]
    public void Sizes_with_whole_and_cut_blocks_and_crops_of_both_directions_are_read_the_same([Values(1, 7, 16, 33, 200)] int width,
        [Values(1, 8, 17, 150)] int height)
    {
        byte[] content = ImagingGolden.Source(150, 200).Crop(0, 0, width, height).EncodeJpeg(90);
        foreach (ImagePreprocessor preprocessor in Preprocessors)
            Check(content, preprocessor, $"{width}x{height}.jpg");
    }

    [TestCase(2)]
    [TestCase(6)]
    public void Turned_images_and_other_formats_are_read_the_same(int orientation)
    {
        byte[] content = JpegGolden.Content("baseline_2x2");
        foreach (byte[] file in (byte[][])[ImageBufferTests.Turned(content, orientation), ImagingGolden.Source().EncodePng()])
            foreach (ImagePreprocessor preprocessor in Preprocessors)
                Check(file, preprocessor, "image");
    }

    [Test]
    public void A_damaged_file_gives_the_same_message_and_the_reader_goes_on()
    {
        ImagePreprocessor preprocessor = new(16, 9);
        ImageReader reader = new(preprocessor, null);
        byte[] content = JpegGolden.Content("baseline_2x2"), damaged = content[..(content.Length / 2)];
        float[] expected = Expected(content, preprocessor, out _), actual = new float[preprocessor.ValueCount];
        string message = Assert.Throws<InvalidContentException>(() => new ImageBuffer().Decode(damaged, null, "a.jpg"))!.Message;
        for (int turn = 0; turn < 3; turn++)
        {
            Assert.That(() => reader.Read(damaged, "a.jpg", actual), Throws.TypeOf<InvalidContentException>().With.Message.EqualTo(message));
            reader.Read(content, "a.jpg", actual);
            Assert.That(actual, Is.EqualTo(expected));
        }
    }

    [Test]
    public void Room_of_another_length_is_refused() => Assert.That(
        () => new ImageReader(new ImagePreprocessor(16, 9), null).Read(JpegGolden.Content("baseline_2x2"), "a.jpg", new float[3]),
        Throws.ArgumentException.With.Message.StartsWith("ImagePreprocessor 16×9: expected room for 432 values, received 3."));

    [Test]
    public void A_warm_reader_allocates_nothing()
    {
        ImagePreprocessor preprocessor = new(16, 16);
        ImageReader reader = new(preprocessor, null);
        byte[] content = JpegGolden.Content("baseline_2x2");
        float[] values = new float[preprocessor.ValueCount];
        Assert.That(AllocatedBytes.Of(100, () => reader.Read(content, "a.jpg", values)), Is.Zero);
    }

    private static void Check(byte[] content, ImagePreprocessor preprocessor, string name)
    {
        ImageReader reader = new(preprocessor, null);
        float[] expected = Expected(content, preprocessor, out (int, int) size), actual = new float[preprocessor.ValueCount];
        reader.Read(content, name, actual);
        Assert.That(actual.AsSpan().SequenceEqual(expected), $"{name} {preprocessor}");
        Assert.That(reader.Size, Is.EqualTo(size), $"{name} {preprocessor}");
    }

    private static float[] Expected(byte[] content, ImagePreprocessor preprocessor, out (int, int) size)
    {
        ImageBuffer whole = new();
        whole.Decode(content, null, "expected", preprocessor);
        float[] values = new float[preprocessor.ValueCount];
        preprocessor.Apply(whole.Pixels, whole.Width, whole.Height, values);
        size = (whole.Width, whole.Height);
        return values;
    }
}
