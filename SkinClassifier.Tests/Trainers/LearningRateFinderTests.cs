using SkinClassifier.Backbones;
using SkinClassifier.Trainers.Search;

namespace SkinClassifier.Tests.Trainers;

public sealed class LearningRateFinderTests
{
    [Test]
    public void The_suggestion_is_where_the_loss_falls_fastest()
    {
        // A loss that stays, falls as a logistic curve around 1e-3 of the logarithmic axis, then explodes.
        LearningRateCurve curve = new();
        for (int i = 0; i < 100 && !curve.HasDiverged; i++)
        {
            double rate = 1e-6 * Math.Pow(1e6, i / 99.0), x = Math.Log10(rate);
            curve.Add(rate, 2 - 1.5 / (1 + Math.Exp(-4 * (x + 3))) + Math.Exp(8 * (x + 0.8)));
        }
        Assert.That(Math.Log10(curve.Suggestion), Is.EqualTo(-2.6).Within(0.4));
        Assert.That(curve.HasDiverged, Is.True);
        Assert.That(curve.Points.Count, Is.LessThan(100));
    }

    [Test]
    public void A_loss_that_is_no_number_ends_the_test()
    {
        LearningRateCurve curve = new();
        curve.Add(1e-3, 1);
        curve.Add(1e-2, double.NaN);
        Assert.That((curve.HasDiverged, curve.Points.Count, curve.Suggestion), Is.EqualTo((true, 1, 1e-3)));
    }

    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(0, false)]
    public void Every_phase_can_be_tested(int fineTune, bool pretrained)
    {
        LearningRateFinder finder = new(new()
        {
            Pretrained = pretrained ? TestNetworks.Small() : null,
            Arch = Architecture.SmallCnn,
            ImageSize = 32,
            Epoch = 1,
            FineTuneEpoch = fineTune,
            BatchSize = 8,
            Threads = 2
        })
        { Steps = 20 };
        LearningRateCurve curve = finder.Run(TestImages.Dataset(8));
        Assert.That(curve.Points.Count, curve.HasDiverged ? Is.InRange(5, 20) : Is.EqualTo(20));
        Assert.That(curve.Points.Select(p => p.LearningRate), Is.Ordered.Ascending);
        Assert.That(curve.Points[0].LearningRate, Is.EqualTo(1e-6));
        Assert.That(curve.Suggestion, Is.InRange(1e-6, 1));
    }

    [Test]
    public void An_empty_range_is_refused() =>
        Assert.That(
            () => new LearningRateFinder { From = 1, To = 0.1 }.Run(TestImages.Dataset(2)), Throws.ArgumentException.With.Message.Contains("0 < From < To"));
}
