using SkinClassifier.Explanations;

namespace SkinClassifier.Tests.Explanations;

public sealed class HeatMapScalingTests
{
    [Test]
    public void Two_pixels_become_four_by_linear_interpolation() =>
        Assert.That(HeatMapScaling.Resize([0, 1], 2, 1, 4, 1), Is.EqualTo(new[] { 0, 0.25f, 0.75f, 1 }).Within(1e-6));

    [Test]
    public void A_constant_map_stays_constant_at_any_size()
    {
        float[] map = new float[7 * 5];
        Array.Fill(map, 0.4f);
        foreach ((int width, int height) in new[] { (1, 1), (3, 11), (70, 2), (7, 5) })
            Assert.That(HeatMapScaling.Resize(map, 7, 5, width, height), Has.Length.EqualTo(width * height).And.All.EqualTo(0.4f).Within(1e-6));
    }

    [Test]
    public void Shrinking_leaves_no_pixel_out()
    {
        float[] map = new float[60];
        for (int lit = 0; lit < 60; lit++)
        {
            Array.Clear(map);
            map[lit] = 1;
            Assert.That(HeatMapScaling.Resize(map, 60, 1, 6, 1).Sum(), Is.EqualTo(0.1).Within(0.06), $"pixel {lit}");
        }
    }

    [Test]
    public void A_smoothed_point_is_a_symmetric_hill_of_height_1()
    {
        float[] map = new float[21 * 15];
        map[7 * 21 + 10] = 0.3f;
        float[] smooth = HeatMapScaling.Smooth(map, 21, 15, 1);
        Assert.That(smooth[7 * 21 + 10], Is.EqualTo(1));
        // Three times the mean of three: 1 3 6 7 6 3 1, in both directions.
        Assert.That(smooth.AsSpan(7 * 21 + 6, 9).ToArray(), Is.EqualTo(new[] { 0, 1 / 7f, 3 / 7f, 6 / 7f, 1, 6 / 7f, 3 / 7f, 1 / 7f, 0 }).Within(1e-6));
        Assert.That(smooth[5 * 21 + 9], Is.EqualTo(3 / 7f * 6 / 7f).Within(1e-6));
        Assert.That(HeatMapScaling.Smooth(new float[12], 4, 3, 2), Is.All.Zero);
        Assert.That(HeatMapScaling.Smooth([1, 0], 2, 1, 5), Has.All.InRange(0, 1), "a radius beyond the map");
    }

    [Test]
    public void A_map_of_another_size_is_refused() =>
        Assert.That(() => HeatMapScaling.Resize([1, 2, 3], 2, 2, 4, 4), Throws.ArgumentException.With.Message.Contain("expected 2 × 2 values, received 3"));
}
