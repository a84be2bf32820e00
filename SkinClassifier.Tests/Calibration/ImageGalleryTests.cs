using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

public sealed class ImageGalleryTests
{
    private const int Length = 20;
    private static readonly string[] Labels = ["a", "b", "ü"];

    [TestCase(1)]
    [TestCase(5)]
    [TestCase(40)]
    public void The_nearest_images_are_those_of_a_plain_loop(int number)
    {
        (ImageGallery gallery, FeatureSpace space, float[] features) = Create();
        (float[] others, _) = ClusterFeatures.Draw(Length, [10, 10, 10], 77);
        foreach (float[] query in others.Chunk(Length))
        {
            float[] point = new float[space.Dimensions], other = new float[space.Dimensions];
            space.Project(query, point);
            string[] expected = [.. features.Chunk(Length).Select((f, n) =>
            {
                space.Project(f, other);
                return (Id: $"i{n}.jpg", Distance: Math.Sqrt(point.Zip(other, (x, y) => Math.Pow(x - (float)(Half)y, 2)).Sum()));
            }).OrderBy(p => (float)p.Distance).Take(number).Select(p => p.Id)];
            SimilarImage[] found = gallery.Nearest(query, number, Labels);
            Assert.That(found.Select(f => f.Id), Is.EqualTo(expected));
            Assert.That(found.Select(f => f.Distance), Is.Ordered);
        }
    }

    [Test]
    public void A_training_image_finds_itself_first_with_its_class()
    {
        (ImageGallery gallery, _, float[] features) = Create();
        SimilarImage[] found = gallery.Nearest(features.AsSpan(170 * Length, Length), 2, Labels);
        Assert.That(found[0].Id, Is.EqualTo("i170.jpg"));
        Assert.That(found[0].Label, Is.EqualTo("ü"));
        Assert.That(found[0].Distance, Is.Zero.Within(0.01));
    }

    [Test]
    public void More_images_than_there_are_cannot_be_returned()
    {
        (ImageGallery gallery, _, float[] features) = Create();
        Assert.That(gallery.Nearest(features.AsSpan(0, Length), 500, Labels), Has.Length.EqualTo(gallery.Count));
    }

    [Test]
    public void Agreement_is_the_share_of_the_same_class()
    {
        (ImageGallery gallery, _, float[] features) = Create();
        SimilarImage[] five = gallery.Nearest(features.AsSpan(0, Length), 5, Labels);
        for (int c = 0; c < 3; c++)
            Assert.That(gallery.Agreement(features.AsSpan(0, Length), c, 5), Is.EqualTo(five.Count(f => f.Label == Labels[c]) / 5.0));
    }

    [Test]
    public void A_gallery_comes_back_from_its_bytes()
    {
        (ImageGallery gallery, _, float[] features) = Create();
        ImageGallery read = ImageGallery.FromBytes(gallery.ToBytes(), 3, "gallery.bin");
        Assert.That(read.ToBytes(), Is.EqualTo(gallery.ToBytes()));
        Assert.That(read.Nearest(features.AsSpan(40, Length), 5, Labels), Is.EqualTo(gallery.Nearest(features.AsSpan(40, Length), 5, Labels)));
    }

    [Test]
    public void Damaged_and_newer_galleries_are_refused()
    {
        byte[] bytes = Create().Gallery.ToBytes();
        for (int length = 0; length < bytes.Length; length += bytes.Length / 53)
            Assert.That(() => ImageGallery.FromBytes(bytes[..length], 3, "gallery.bin"),
                Throws.TypeOf<InvalidContentException>().With.Message.Contains("gallery.bin"), $"{length} bytes");
        Assert.That(() => ImageGallery.FromBytes(bytes, 2, "gallery.bin"), Throws.TypeOf<InvalidContentException>().With.Message.Contains("one of 2 classes"));
        Assert.That(() => ImageGallery.FromBytes([.. BitConverter.GetBytes(2), .. bytes[4..]], 3, "gallery.bin"),
            Throws.TypeOf<UnsupportedContentException>().With.Message.Contains("Install a newer SkinClassifier"));
    }

    [Test]
    public void Searching_allocates_nothing()
    {
        (ImageGallery gallery, _, float[] features) = Create();
        int[] found = new int[5];
        float[] distances = new float[5];
        Assert.That(AllocatedBytes.Of(3, () => gallery.Nearest(features.AsSpan(0, Length), found, distances)), Is.Zero);
    }

    private static (ImageGallery Gallery, FeatureSpace Space, float[] Features) Create()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(Length, [90, 70, 40], 71);
        FeatureSpace space = FeatureSpace.Fit(features, Length, labels, 3, WorkerPool.Shared)!;
        return (ImageGallery.Create(space, features, [.. labels.Select((_, n) => $"i{n}.jpg")], labels), space, features);
    }
}
