using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

public sealed class ImageChecksTests
{
    private const string Where = "model.zip: familiarity.bin";
    private static readonly ImageQuality Limits = new(50, 4, 2, 0.05f, 56);

    [TestCase(true, true)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    [TestCase(false, false)]
    public void Both_parts_come_back_and_absent_ones_stay_absent(bool hasFamiliarity, bool hasQuality)
    {
        ImageChecks written = new(hasFamiliarity ? Known() : null, hasQuality ? Limits : null), read = ImageChecks.FromBytes(written.ToBytes(), Where);
        Assert.That(read.Quality, Is.EqualTo(written.Quality));
        Assert.That(read.Familiarity is not null, Is.EqualTo(hasFamiliarity));
        Assert.That(read.ToBytes(), Is.EqualTo(written.ToBytes()));
    }

    [Test]
    public void A_damaged_entry_is_named_and_a_newer_one_asks_for_an_update()
    {
        byte[] bytes = new ImageChecks(Known(), Limits).ToBytes();
        for (int length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 41))
            Assert.That(
                () => ImageChecks.FromBytes(bytes[..length], Where), Throws.TypeOf<InvalidContentException>().With.Message.Contains(Where), $"{length}");
        Assert.That(() => ImageChecks.FromBytes([1, .. bytes[1..]], Where), Throws.TypeOf<InvalidContentException>().With.Message.Contains("begins with SKFM"));
        Assert.That(() => ImageChecks.FromBytes([.. bytes[..4], 2, .. bytes[5..]], Where),
            Throws.TypeOf<UnsupportedContentException>().With.Message.Contains("expected version 1, received version 2"));
    }

    [Test]
    public void Any_changed_byte_gives_a_reading_or_a_sentence()
    {
        byte[] bytes = new ImageChecks(Known(), Limits).ToBytes();
        SeededRandom random = new(5);
        for (int i = 0; i < 400; i++)
        {
            byte[] changed = [.. bytes];
            changed[random.NextInt32(Math.Min(bytes.Length, i < 200 ? 48 : bytes.Length))] = (byte)random.NextInt32(256);
            try
            {
                Assert.That(ImageChecks.FromBytes(changed, Where).ToBytes(), Has.Length.LessThanOrEqualTo(changed.Length));
            }
            catch (SkinClassifierException error)
            {
                Assert.That(error.Message, Does.Contain(Where));
            }
        }
    }

    [Test]
    public void An_unfamiliar_image_has_a_code_and_a_sentence() => Assert.That(ImageChecks.DescribeUnfamiliar(0.012f), Is.EqualTo(
        new PredictionReason(
            "unfamiliar", "The image is not like the training images: 1.2 % of the images that were kept for checks look as unfamiliar, or more "
            + "so.")));

    private static Familiarity Known()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(6, [50, 40], 3);
        return Familiarity.Fit(features, labels, features, labels, [], 2, WorkerPool.Shared, out _)!;
    }
}
