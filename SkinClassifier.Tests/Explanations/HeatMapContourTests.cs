using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Explanations;

public sealed class HeatMapContourTests
{
    [Test]
    public void A_cone_gives_a_closed_circle()
    {
        const int side = 41;
        float[] map = [.. Enumerable.Range(0, side * side).Select(i => Math.Max(0, 1 - MathF.Sqrt(Square(i % side - 20.3f) + Square(i / side - 19.6f)) / 20))];
        List<ContourLine> lines = HeatMapContour.Trace(map, side, side, 0.5f);
        foreach (ContourLine line in lines)
            Assert.That(MathF.Sqrt(Square(line.X0 - 20.3f) + Square(line.Y0 - 19.6f)), Is.EqualTo(10).Within(0.05), line.ToString());
        Assert.That(lines.Sum(l => Math.Sqrt(Square(l.X1 - l.X0) + Square(l.Y1 - l.Y0))), Is.EqualTo(2 * Math.PI * 10).Within(0.5));
        Assert.That(EndsMetOnce(lines), Is.Empty);
    }

    [TestCase(1f, 0f, 0f, 1f, 4, TestName = "Two_opposite_corners_are_joined_where_the_middle_reaches_the_level")]
    [TestCase(0.6f, 0f, 0f, 0.6f, 4, TestName = "Two_opposite_corners_are_apart_where_the_middle_is_below_the_level")]
    [TestCase(1f, 1f, 0f, 0f, 2, TestName = "A_straight_edge_is_one_line")]
    [TestCase(1f, 1f, 1f, 1f, 0, TestName = "A_map_that_is_high_everywhere_has_no_line")]
    [TestCase(0f, 0f, 0f, 0f, 0, TestName = "An_empty_map_has_no_line")]
    public void Four_pixels(float upperLeft, float upperRight, float lowerLeft, float lowerRight, int ends)
    {
        List<ContourLine> lines = HeatMapContour.Trace([upperLeft, upperRight, lowerLeft, lowerRight], 2, 2, 0.5f);
        Assert.That(2 * lines.Count, Is.EqualTo(ends));
        if (ends != 4)
            return;
        // Joined corners: a line cuts off the upper right corner. Corners apart: a line cuts off the upper left one.
        float x = upperLeft == 1 ? 0.5f : 1 / 6f;
        Assert.That(lines[0].X0, Is.EqualTo(x).Within(1e-6));
        Assert.That(lines[0].X1, Is.EqualTo(upperLeft == 1 ? 1 : 0).Within(1e-6));
    }

    [Test]
    public void Random_maps_have_lines_that_end_only_at_the_border()
    {
        SkinClassifier.Common.SeededRandom random = new(3);
        for (int round = 0; round < 20; round++)
        {
            int width = 2 + round, height = 21 - round;
            float[] map = [.. Enumerable.Range(0, width * height).Select(_ => random.NextSingle())];
            foreach ((float x, float y) in EndsMetOnce(HeatMapContour.Trace(map, width, height, 0.5f)))
                Assert.That(x == 0 || y == 0 || x == width - 1 || y == height - 1, $"({x}, {y}) of {width}×{height}");
        }
    }

    [Test]
    public void The_line_is_white_between_dark_edges_on_any_skin([Values(0, 90, 170, 255)] int skin)
    {
        RgbImage image = SmallModels.Plain((byte)skin, (byte)skin, (byte)skin, 40, 20);
        HeatMapContour.Draw(image, [new(20, -1, 20, 21)], 2);
        byte[] row = [.. Enumerable.Range(0, 40).Select(x => image.Row(10)[3 * x])];
        Assert.That(row[20], Is.EqualTo(255));
        Assert.That(row[18], Is.EqualTo(24));
        Assert.That(row[22], Is.EqualTo(24));
        Assert.That((row[15], row[25]), Is.EqualTo(((byte)skin, (byte)skin)));
    }

    private static float Square(float x) => x * x;

    private static (float, float)[] EndsMetOnce(List<ContourLine> lines) =>
        [.. lines.SelectMany(l => new[] { (l.X0, l.Y0), (l.X1, l.Y1) }).GroupBy(p => p).Where(g => g.Count() % 2 == 1).Select(g => g.Key)];
}
