using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Tests.Trainers;

public sealed class EasyImagesTests
{
    private const int Images = 1000, Epochs = 16;
    private static readonly int[] Order = [.. Enumerable.Range(0, Images).Reverse()];

    [Test]
    public void Half_of_the_easy_images_is_left_out_and_the_others_count_twice()
    {
        EasyImages easy = Noted(0.5);
        int[] shown = easy.Shown(Order, 1, least: 8);
        Assert.That(shown.Where(i => i < 100), Is.EqualTo(Order.Where(i => i < 100)), "all that are hard, in their order");
        Assert.That(shown.Count(i => i >= 100), Is.InRange(400, 500));
        Assert.That(shown.Select(easy.WeightOf).Distinct().Order(), Is.EqualTo(new[] { 1f, 2f }));
        Assert.That(shown.Where(i => i < 100).Select(easy.WeightOf), Is.All.EqualTo(1f));
        Assert.That(shown.Sum(easy.WeightOf), Is.EqualTo(Images).Within(5).Percent, "together they count as all images");
    }

    [Test]
    public void Every_epoch_draws_anew_and_the_same_seed_draws_the_same()
    {
        int[] first = Noted(0.5).Shown(Order, 1, 8), second = Noted(0.5).Shown(Order, 2, 8);
        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That(Noted(0.5).Shown(Order, 1, 8), Is.EqualTo(first));
        Assert.That(Noted(0.5, seed: 2).Shown(Order, 1, 8), Is.Not.EqualTo(first));
    }

    [TestCase(0)]
    [TestCase(14)]
    [TestCase(15)]
    public void The_first_epoch_and_the_last_eighth_show_all_images(int epoch)
    {
        EasyImages easy = Noted(0.5);
        Assert.That(easy.Shown(Order, 13, 8), Has.Length.LessThan(Images));
        Assert.That(easy.Shown(Order, epoch, 8), Is.EqualTo(Order));
        Assert.That(easy.WeightOf(999), Is.EqualTo(1));
    }

    [Test]
    public void Losses_of_an_epoch_decide_only_after_it_so_that_a_resumed_epoch_shows_the_same()
    {
        EasyImages easy = Noted(0.5), untouched = Noted(0.5);
        easy.Note([0], [9f, 0f], [1f, 0f]);
        Assert.That(easy.Shown(Order, 3, 8), Is.EqualTo(untouched.Shown(Order, 3, 8)));
    }

    [Test]
    public void Fewer_images_than_a_batch_are_never_left()
    {
        EasyImages easy = Noted(0.9);
        Assert.That(easy.Shown(Order, 1, least: 500), Is.EqualTo(Order));
        Assert.That(new EasyImages(0, Images, Epochs, 1).Shown(Order, 3, 8), Is.SameAs(Order));
    }

    [Test]
    public void What_an_image_counts_does_not_change_its_loss()
    {
        // ln(1 + e^−2) = 0.126928 and ln(1 + e^2) = 2.126928: the first is below the mean of the two, whatever it counts.
        EasyImages easy = new(0.9, 2, Epochs, 1);
        easy.Note([0, 1], [2f, 0f, 2f, 0f], [10f, 0f, 0f, 1f]);
        easy.EndEpoch();
        int[] seen = [.. Enumerable.Range(1, 12).Select(e => easy.Shown([0, 1], e, 1).Length)];
        Assert.That(seen.Count(n => n == 1), Is.GreaterThan(6), "image 0 is easy and mostly left out");
        Assert.That(Enumerable.Range(1, 12).Select(e => easy.Shown([0, 1], e, 1)), Is.All.Contains(1));
    }

    [Test]
    public void A_run_that_leaves_easy_images_out_takes_fewer_steps_and_gives_the_same_weights_on_any_number_of_threads()
    {
        List<TrainingMetrics> reports = [];
        ImageClassificationTrainerOptions options = new()
        {
            Arch = SkinClassifier.Backbones.Architecture.SmallCnn,
            ImageSize = 32,
            Epoch = 8,
            BatchSize = 4,
            SkipEasy = 0.8,
            ValidationSetFraction = 0,
            TestTimeAugmentation = 1,
        };
        ImageClassificationModel two = new ImageClassificationTrainer(options with { Threads = 2, MetricsCallback = reports.Add }).Fit(TestImages.Dataset(32));
        ImageClassificationModel one = new ImageClassificationTrainer(options with { Threads = 1 }).Fit(TestImages.Dataset(32));
        Assert.That(two.Network.Parameters.All(p => p.Value.Values.SequenceEqual(one.Network.Parameters[p.Key].Values)));
        int[] images = [.. reports.Where(r => r.Kind == TrainingMetricsKind.Epoch).Select(r => r.Total)];
        Assert.That((images[0], images[^1]), Is.EqualTo((images.Max(), images.Max())));
        Assert.That(images.Min(), Is.LessThan(images.Max()));
        Assert.That(two.Manifest.Options["skipEasy"], Is.EqualTo("0.8"));
    }

    [Test]
    public void Mixed_images_have_no_loss_of_their_own_so_both_together_are_refused() =>
        Assert.That(() => new ImageClassificationTrainer(new() { SkipEasy = 0.5, MixUp = 0.2 }).Fit(TestImages.Dataset(8)),
            Throws.ArgumentException.With.Message.Contains("SkipEasy: expected 0 beside MixUp and CutMix"));

    /// <summary>Images 0 to 99 are hard, the others easy.</summary>
    private static EasyImages Noted(double share, ulong seed = 1)
    {
        EasyImages easy = new(share, Images, Epochs, seed);
        for (int i = 0; i < Images; i++)
            easy.Note([i], i < 100 ? [0f, 4f] : [4f, 0f], [1f, 0f]);
        easy.EndEpoch();
        return easy;
    }
}
