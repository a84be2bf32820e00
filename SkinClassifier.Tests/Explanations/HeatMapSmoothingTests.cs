using SkinClassifier.Explanations;

namespace SkinClassifier.Tests.Explanations;

public sealed class HeatMapSmoothingTests
{
    [Test]
    public void A_smoothed_point_is_a_symmetric_hill_of_height_1()
    {
        float[] map = new float[21 * 15];
        map[7 * 21 + 10] = 0.3f;
        float[] smooth = HeatMapSmoothing.Smooth(map, 21, 15, 1);
        Assert.That(smooth[7 * 21 + 10], Is.EqualTo(1));
        // Three times the mean of three: 1 3 6 7 6 3 1, in both directions.
        Assert.That(smooth.AsSpan(7 * 21 + 6, 9).ToArray(), Is.EqualTo(new[] { 0, 1 / 7f, 3 / 7f, 6 / 7f, 1, 6 / 7f, 3 / 7f, 1 / 7f, 0 }).Within(1e-6));
        Assert.That(smooth[5 * 21 + 9], Is.EqualTo(3 / 7f * 6 / 7f).Within(1e-6));
        Assert.That(HeatMapSmoothing.Smooth(new float[12], 4, 3, 2), Is.All.Zero);
        Assert.That(HeatMapSmoothing.Smooth([1, 0], 2, 1, 5), Has.All.InRange(0, 1), "a radius beyond the map");
    }
}
