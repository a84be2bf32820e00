using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Tests.Execution;

namespace SkinClassifier.Tests.Models;

public sealed class ImageScorerTests
{
    private const int Side = 32, Classes = 3;
    private static readonly ImageClassificationModel Model = SmallModels.MobileNet(["a", "b", "c"], Side);
    private static readonly PlanOptions Options = new() { Workers = WorkerPool.Shared };

    [TestCase(1, 1)]
    [TestCase(1, 8)]
    [TestCase(1, 21)]
    [TestCase(2, 5)]
    [TestCase(4, 3)]
    [TestCase(8, 2)]
    public void A_rest_that_fills_a_run_and_a_rest_image_by_image_give_the_same_scores(int views, int count)
    {
        using ImageScorer single = Scorer(views, fillsLastRun: false), filled = Scorer(views, fillsLastRun: true);
        float[] images = PlainRun.Random(count * single.ImageLength, 7, 0, 255), one = new float[count * Classes], other = new float[count * Classes];
        single.Score(images, one);
        filled.Score(images, other);
        Assert.That(other, Is.EqualTo(one).Within(1e-6f));
        Assert.That(one.Chunk(Classes).Select(row => row.Sum()), Is.All.EqualTo(1).Within(1e-5));
    }

    [TestCase(2, 3, true)]
    [TestCase(4, 5, false)]
    [TestCase(8, 1, true)]
    public void The_score_of_several_views_is_the_mean_of_the_views_scores(int views, int count, bool fillsLastRun)
    {
        using ImageScorer scorer = Scorer(views, fillsLastRun);
        float[] images = PlainRun.Random(count * scorer.ImageLength, 8, 0, 255), mean = new float[count * Classes], each = new float[count * views * Classes];
        scorer.Score(images, mean);
        scorer.ScoreViews(images, each);
        for (int i = 0; i < count; i++)
            for (int c = 0; c < Classes; c++)
                Assert.That(mean[i * Classes + c], Is.EqualTo(Enumerable.Range(0, views).Average(v => each[(i * views + v) * Classes + c])).Within(1e-6f));
        using ImageScorer plain = Scorer(1, fillsLastRun);
        float[] alone = new float[count * Classes];
        plain.Score(images, alone);
        for (int i = 0; i < count; i++)
            Assert.That(each.AsSpan(i * views * Classes, Classes).ToArray(), Is.EqualTo(alone.AsSpan(i * Classes, Classes).ToArray()).Within(1e-6f),
                "the first view is the image");
    }

    [TestCase(1, false)]
    [TestCase(2, true)]
    public void Warm_scoring_allocates_nothing(int views, bool fillsLastRun)
    {
        using ImageScorer scorer = Scorer(views, fillsLastRun);
        float[] images = PlainRun.Random(11 * scorer.ImageLength, 9, 0, 255), scores = new float[11 * Classes];
        Assert.That(AllocatedBytes.Of(3, () => scorer.Score(images, scores)), Is.Zero);
    }

    [Test]
    public void A_canceled_scorer_can_be_used_again()
    {
        using ImageScorer scorer = Scorer(2, true);
        float[] images = PlainRun.Random(3 * scorer.ImageLength, 10, 0, 255), expected = new float[3 * Classes], scores = new float[3 * Classes];
        scorer.Score(images, expected);
        Assert.That(() => scorer.Score(images, scores, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        scorer.Score(images, scores);
        Assert.That(scores, Is.EqualTo(expected));
    }

    private static ImageScorer Scorer(int views, bool fillsLastRun) => new(Model.Network, Side, Side, Classes, Options, views, fillsLastRun: fillsLastRun);
}
