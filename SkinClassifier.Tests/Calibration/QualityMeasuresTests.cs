using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Execution;

namespace SkinClassifier.Tests.Calibration;

public sealed class QualityMeasuresTests
{
    [Test]
    public void Nine_gray_pixels_give_the_values_computed_by_hand()
    {
        // Gray 10 everywhere, 100 in the middle: mean 20; mean square (8 · 100 + 10000) / 9 = 1200; Laplacian of the middle 4 · 10 − 4 · 100 = −360.
        float[] plane = [10, 10, 10, 10, 100, 10, 10, 10, 10];
        QualityMeasures measures = QualityMeasures.Of([.. plane, .. plane, .. plane], 3, 3, 30, 20);
        Assert.Multiple(() =>
        {
            Assert.That(measures.Brightness, Is.EqualTo(20).Within(1e-4));
            Assert.That(measures.Contrast, Is.EqualTo(Math.Sqrt(1200 - 400)).Within(1e-3));
            Assert.That(measures.Sharpness, Is.EqualTo(360).Within(1e-3));
            Assert.That(measures.Glare, Is.Zero);
            Assert.That(measures.ShorterSide, Is.EqualTo(20));
        });
    }

    [Test]
    public void Luminance_weighs_red_green_and_blue()
    {
        Assert.That(QualityMeasures.Of([100, 0, 0], 1, 1, 1, 1).Brightness, Is.EqualTo(29.9).Within(1e-4));
        Assert.That(QualityMeasures.Of([0, 100, 0], 1, 1, 1, 1).Brightness, Is.EqualTo(58.7).Within(1e-4));
        Assert.That(QualityMeasures.Of([0, 0, 100], 1, 1, 1, 1).Brightness, Is.EqualTo(11.4).Within(1e-4));
    }

    [Test]
    public void Only_pixels_that_are_white_in_all_three_colors_are_glare() =>
        Assert.That(QualityMeasures.Of([250, 255, 255, 249, 255, 255, 255, 255, 250, 255, 249, 255], 4, 1, 4, 1).Glare, Is.EqualTo(0.5f));

    [TestCase(1, 1)]
    [TestCase(2, 9)]
    [TestCase(3, 3)]
    [TestCase(7, 5)]
    [TestCase(17, 4)]
    [TestCase(33, 20)]
    [TestCase(224, 224)]
    [TestCase(1500, 5)]
    public void Any_size_gives_what_plain_loops_give(int width, int height)
    {
        float[] image = PlainRun.Random(3 * width * height, 3, 0, 255);
        for (int i = 0; i < image.Length; i++)
            image[i] = i % 5 == 0 ? 252 : image[i];
        QualityMeasures measures = QualityMeasures.Of(image, width, height, 40, 30), plain = Plain(image, width, height);
        Assert.Multiple(() =>
        {
            Assert.That(measures.Brightness, Is.EqualTo(plain.Brightness).Within(1e-4).Percent);
            Assert.That(measures.Contrast, Is.EqualTo(plain.Contrast).Within(1e-2));
            Assert.That(measures.Sharpness, Is.EqualTo(plain.Sharpness).Within(1e-3).Percent);
            Assert.That(measures.Glare, Is.EqualTo(plain.Glare));
        });
    }

    [Test]
    public void Measuring_allocates_nothing()
    {
        float[] image = PlainRun.Random(3 * 64 * 48, 4, 0, 255);
        Assert.That(AllocatedBytes.Of(3, () => QualityMeasures.Of(image, 64, 48, 64, 48)), Is.Zero);
    }

    [Test]
    public void A_wrong_number_of_values_is_refused() =>
        Assert.That(() => QualityMeasures.Of(new float[10], 2, 2, 2, 2), Throws.ArgumentException.With.Message.Contains("3 · 2 · 2 values, received 10"));

    [Test]
    public void Blur_lowers_the_sharpness_of_every_drawn_image()
    {
        foreach (string label in SyntheticDataset.Labels)
        {
            RgbImage image = SyntheticDataset.Draw(label, 5, 96), blurred = Blurred(image);
            Assert.That(Of(blurred).Sharpness, Is.LessThan(0.6 * Of(image).Sharpness), label);
        }
    }

    internal static QualityMeasures Of(RgbImage image)
    {
        float[] planes = new float[3 * image.Width * image.Height];
        new ImagePreprocessor(image.Width, image.Height).Apply(image, planes);
        return QualityMeasures.Of(planes, image.Width, image.Height, image.Width, image.Height);
    }

    /// <summary>Each pixel the mean of the 25 around it.</summary>
    internal static RgbImage Blurred(RgbImage image)
    {
        RgbImage result = new(image.Width, image.Height);
        for (int y = 0; y < image.Height; y++)
            for (int x = 0; x < image.Width; x++)
                for (int c = 0; c < 3; c++)
                {
                    int sum = 0;
                    for (int dy = -2; dy <= 2; dy++)
                        for (int dx = -2; dx <= 2; dx++)
                            sum += image.Row(Math.Clamp(y + dy, 0, image.Height - 1))[3 * Math.Clamp(x + dx, 0, image.Width - 1) + c];
                    result.Row(y)[3 * x + c] = (byte)(sum / 25);
                }
        return result;
    }

    private static QualityMeasures Plain(float[] image, int width, int height)
    {
        int plane = width * height;
        double Luminance(int i) => 0.299 * image[i] + 0.587 * image[plane + i] + 0.114 * image[2 * plane + i];
        double[] all = [.. Enumerable.Range(0, plane).Select(Luminance)];
        double edges = 0;
        for (int y = 1; y < height - 1; y++)
            for (int x = 1; x < width - 1; x++)
                edges += Math.Pow(all[y * width + x - 1] + all[y * width + x + 1] + all[(y - 1) * width + x] + all[(y + 1) * width + x]
                    - 4 * all[y * width + x], 2);
        double mean = all.Average(), inner = width < 3 || height < 3 ? 1 : (width - 2.0) * (height - 2);
        int white = Enumerable.Range(0, plane).Count(i => image[i] >= 250 && image[plane + i] >= 250 && image[2 * plane + i] >= 250);
        return new QualityMeasures((float)mean, (float)Math.Sqrt(all.Average(v => (v - mean) * (v - mean))), (float)Math.Sqrt(edges / inner),
            (float)white / plane, 30);
    }
}
