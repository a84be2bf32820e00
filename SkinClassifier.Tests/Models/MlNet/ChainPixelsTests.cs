using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Models.MlNet;

namespace SkinClassifier.Tests.Models.MlNet;

/// <summary>The pixels that the real ML.NET hands to the network of a model.zip, beside those of our reader.</summary>
public sealed class ChainPixelsTests : FolderTests
{
    private static readonly (int Width, int Height)[] _sizes = [(32, 24), (33, 31), (20, 15), (64, 48), (9, 40), (200, 150), (150, 201), (511, 300)];

    [Test]
    public void Photographs_up_to_the_squares_side_have_our_pixels(
        [Values("crop", "pad", "stretch")] string resize, [Values("triangle", "cubic")] string filter)
    {
        ImageClassificationModel model = Model(resize, 32, 24, filter);
        using RealChain chain = new(model, _folder);
        foreach ((int width, int height) in _sizes)
            Check(model, chain, Photograph(width, height), $"{width}×{height}", mean: 0.02, largest: 1);
    }

    [Test]
    public void Larger_photographs_differ_by_less_than_half_a_level([Values("crop", "pad", "stretch")] string resize)
    {
        ImageClassificationModel model = Model(resize, 32, 32);
        using RealChain chain = new(model, _folder);
        foreach ((int width, int height) in ((int, int)[])[(600, 450), (1344, 1008), (900, 2047), (2600, 1950)])
            Check(model, chain, Photograph(width, height), $"{width}×{height}", mean: 0.5, largest: 8);
    }

    [Test]
    public void Nearest_takes_the_same_pixels()
    {
        ImageClassificationModel model = Model("crop", 32, 32, "nearest");
        using RealChain chain = new(model, _folder);
        foreach ((int width, int height) in ((int, int)[])[(201, 150), (50, 47)])
            Check(model, chain, Photograph(width, height), $"{width}×{height}", mean: 0, largest: 0);
    }

    [Test]
    public void Drawings_that_hide_their_size_keep_their_geometry([Values("crop", "pad")] string resize)
    {
        ImageClassificationModel model = Model(resize, 32, 32);
        using RealChain chain = new(model, _folder);
        RgbImage plain = SmallModels.Plain(90, 20, 200, 500, 300), bar = SmallModels.Plain(0, 200, 10, 500, 300);
        RgbImage square = SmallModels.Plain(255, 255, 255, 640, 480);
        Paint(bar, 0, 100, 0, 300);
        Paint(square, 200, 300, 150, 250);
        Check(model, chain, plain, "plain", mean: 2, largest: 255);
        Check(model, chain, bar, "bar", mean: 4, largest: 255);
        Check(model, chain, square, "square", mean: 0.5, largest: 60);
    }

    [Test]
    public void Black_borders_do_not_hide_the_size()
    {
        ImageClassificationModel model = Model("crop", 32, 32);
        using RealChain chain = new(model, _folder);
        RgbImage image = new(300, 200), inside = Photograph(200, 150);
        for (int y = 0; y < inside.Height; y++)
            inside.Row(y).CopyTo(image.Row(y + 25)[150..]);
        Check(model, chain, image, "borders", mean: 0.02, largest: 1);
    }

    [Test]
    public void Transparent_pixels_lie_over_white()
    {
        ImageClassificationModel model = Model("stretch", 32, 32);
        using RealChain chain = new(model, _folder);
        foreach (string name in (string[])["rgb_alpha8_adam7.png", "gray_alpha8.png"])
            CheckFile(model, chain, SharedFiles.Asset("golden", "imaging", "images", name), name, mean: 0.6, largest: 2);
    }

    [TestCase(8, 512)]
    [TestCase(64, 512)]
    [TestCase(65, 1024)]
    [TestCase(128, 1024)]
    [TestCase(224, 2048)]
    [TestCase(4000, 2048)]
    public void The_square_is_at_least_eight_times_the_input_within_limits(int input, int side) => Assert.That(MlNetPixels.Side(input), Is.EqualTo(side));

    internal static ImageClassificationModel Model(string resize, int width, int height, string filter = "triangle")
    {
        ImageClassificationModel square = SmallModels.Create(["blue", "red"], size: width);
        ModelManifest manifest = square.Manifest with { Height = height, Preprocessing = new ModelPreprocessing { Resize = resize, Filter = filter } };
        SkinClassifier.Graphs.GraphInput input = new("image", new(SkinClassifier.Tensors.TensorShape.Free, 3, height, width));
        return new ImageClassificationModel(
            new(square.Network.Name, [input], square.Network.Nodes, square.Network.Outputs, square.Network.Parameters), manifest);
    }

    private void Check(ImageClassificationModel model, RealChain chain, RgbImage image, string what, double mean, double largest)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.png");
        image.Save(path);
        CheckFile(model, chain, path, what, mean, largest);
    }

    private static void CheckFile(ImageClassificationModel model, RealChain chain, string path, string what, double mean, double largest)
    {
        float[] ours = new float[model.Preprocessor.ValueCount], theirs = chain.Predict(path).image;
        model.Preprocessor.Apply(RgbImage.Load(path), ours);
        double[] differences = [.. ours.Zip(theirs, (a, b) => Math.Abs((double)a - b))];
        Assert.That(theirs, Has.Length.EqualTo(ours.Length));
        Assert.That(differences.Average(), Is.LessThanOrEqualTo(mean), $"{what}, largest {differences.Max()}");
        Assert.That(differences.Max(), Is.LessThanOrEqualTo(largest), $"{what}, mean {differences.Average()}");
    }

    private static void Paint(RgbImage image, int left, int right, int top, int bottom)
    {
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
                (image.Row(y)[3 * x], image.Row(y)[3 * x + 1], image.Row(y)[3 * x + 2]) = (250, 20, 20);
    }

    /// <summary>Blurred blotches with the grain of a camera.</summary>
    internal static RgbImage Photograph(int width, int height)
    {
        SeededRandom random = new((ulong)(width * 10_007 + height));
        RgbImage coarse = new(Math.Max(width / 8, 2), Math.Max(height / 8, 2));
        foreach (ref byte value in coarse.Pixels)
            value = (byte)random.NextInt32(256);
        RgbImage image = coarse.Resize(width, height, ResizeFilter.Cubic);
        foreach (ref byte value in image.Pixels)
            value = (byte)Math.Clamp(value + random.NextInt32(13) - 6, 0, 255);
        return image;
    }
}
