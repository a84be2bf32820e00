using SkinClassifier.Audit;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Audit;

public sealed class ImageDescriptionTests
{
    private const int Side = 64;
    private static readonly string[] _labels = [.. SyntheticDataset.Labels];
    private static readonly Graph _network = Architecture.SmallCnn.Build(new BackboneOptions { Classes = 0, InputSize = Side }).Graph;

    private static RgbImage Drawn(int number) => SyntheticDataset.Draw(_labels[number % _labels.Length], (ulong)number + 50, SyntheticDataset.MinSize);

    private static ImageDataset Data()
    {
        List<ImageSource> sources = [.. Enumerable.Range(0, 209).Select(i => new ImageSource($"{i:000}.png", _labels[i % 2], Drawn(i).EncodePng()))];
        sources.Add(new ImageSource("mirrored.jpg", _labels[1], Drawn(7).FlipHorizontal().EncodeJpeg(85)));
        sources.Add(new ImageSource("broken.png", _labels[1], new byte[40]));
        return ImageDataset.FromMemory(sources);
    }

    private static ImageDescriptions Compute(ImageDataset data, WorkerPool workers) =>
        ImageDescriptions.Compute(data.Examples, _network, new ImagePreprocessor(Side, Side), null, workers, null, default)!;

    [Test]
    public void A_mirrored_image_is_nearest_to_its_original_on_any_number_of_threads()
    {
        ImageDataset data = Data();
        ImageDescriptions one = Compute(data, new WorkerPool(1)), two = Compute(data, new WorkerPool(2));
        Assert.That(two.Rows, Is.EqualTo(one.Rows));
        int Position(string path) => data.Examples.Index().Single(e => e.Item.Path == path).Index;
        (int First, int Second, double Distance) nearest =
            NearestImages.Find(one, (_, _) => true, new WorkerPool(2), default)
                .Where(p => p.First == Position("mirrored.jpg") || p.Second == Position("mirrored.jpg")).MinBy(p => p.Distance);
        int[] expected = [Position("007.png"), Position("mirrored.jpg")];
        Assert.That(new[] { nearest.First, nearest.Second }, Is.EquivalentTo(expected));
        Assert.That(one.IsKnown.Count(k => k), Is.EqualTo(210));
    }

    [Test]
    public void Few_images_have_no_descriptions() =>
        Assert.That(ImageDescriptions.Compute([.. Data().Examples.Take(ImageDescriptions.MinImages - 1)], _network, new ImagePreprocessor(Side, Side), null,
            new WorkerPool(1), null, default), Is.Null);

    [Test]
    public void A_description_is_means_inside_and_around_and_the_deviation()
    {
        MapNetwork network = MapNetwork.Find(_network, Side, Side)!;
        TensorShape shape = network.Graph.InferShapes(new TensorShape(1, 3, Side, Side))[network.Graph.Outputs[0]];
        Assert.That(shape[1], Is.EqualTo(network.ValueCount));
        float[] values = [.. Enumerable.Range(0, network.ValueCount).Select(i => MathF.Sin(i))], description = new float[network.Length];
        network.Describe(values, description);
        int channels = network.Lengths[0] / 3, side = 8;
        Assert.That(channels * side * side, Is.LessThanOrEqualTo(network.ValueCount));
        float[] map = values[..(side * side)];
        float[] inside = [.. map.Where((_, i) => Math.Pow((i % side + 0.5) / side - 0.5, 2) + Math.Pow((i / side + 0.5) / side - 0.5, 2) < 0.09)];
        Assert.That(description[0], Is.EqualTo(inside.Average()).Within(1e-5));
        Assert.That(description[channels], Is.EqualTo((map.Sum() - inside.Sum()) / (map.Length - inside.Length)).Within(1e-5));
        Assert.That(description[2 * channels], Is.EqualTo(Math.Sqrt(map.Average(v => Math.Pow(v - map.Average(), 2)))).Within(1e-5));
    }

    [Test]
    public void A_turned_or_mirrored_hash_is_that_of_the_turned_or_mirrored_image()
    {
        PerceptualHash hash = Hash(Drawn(3));
        void Same(int orientation, RgbImage image) =>
            Assert.That(hash.Values(0, orientation), Is.EqualTo(Hash(image).Values(0, 0)).Within(2e-3), $"{orientation}");
        Same(1, Drawn(3).FlipHorizontal());
        Same(2, Drawn(3).FlipVertical());
        Same(3, Drawn(3).RotateQuarterTurns(2));
        Assert.That(new[] { 4, 5, 6, 7 }.Min(o => Distance(hash.Values(0, o), Hash(Drawn(3).RotateQuarterTurns(1)).Values(0, 0))),
            Is.LessThan(0.02));

        static PerceptualHash Hash(RgbImage image)
        {
            ImagePreprocessor small = new(PerceptualHash.Sides[0], PerceptualHash.Sides[0], ResizeKind.Stretch);
            float[] planes = new float[small.ValueCount];
            small.Apply(image, planes);
            return PerceptualHash.Of(planes)!;
        }

        static double Distance(float[] one, float[] other) => Math.Sqrt(one.Zip(other).Sum(p => Math.Pow(p.First - p.Second, 2)));
    }

    [Test]
    public void Copies_in_different_sets_are_leaks_and_equal_bytes_are_told_elsewhere()
    {
        ImageDataset data = ImageDataset.FromMemory(
        [
            new ImageSource("a.png", _labels[0], Drawn(0).EncodePng()), new ImageSource("b.png", _labels[1], Drawn(1).EncodePng()),
            new ImageSource("a mirrored.png", _labels[0], Drawn(0).FlipHorizontal().EncodePng()),
            new ImageSource("c.png", _labels[1], Drawn(3).EncodePng()), new ImageSource("c again.png", _labels[1], Drawn(3).EncodePng()),
        ]);
        ImageExample[] Named(params string[] paths) => [.. data.Examples.Where(e => paths.Contains(e.Path))];
        IReadOnlyList<NearDuplicatePair> leaks = SplitLeaks.Find([Named("a.png", "b.png"), Named("a mirrored.png"), Named("c.png")])!;
        Assert.That(leaks.Select(p => (p.First.Path, p.Second.Path)), Is.EqualTo(new[] { ("a.png", "a mirrored.png") }));
        Assert.That(SplitLeaks.Find([Named("a.png", "a mirrored.png"), Named("b.png")]), Is.Empty);
        Assert.That(SplitLeaks.Find([Named("c.png"), Named("c again.png")]), Is.Empty);
    }
}
