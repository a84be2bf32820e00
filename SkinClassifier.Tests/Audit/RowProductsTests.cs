using SkinClassifier.Audit;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Audit;

public sealed class RowProductsTests
{
    [Test]
    public void A_tile_equals_the_plain_loop_for_every_length([Range(1, 35)] int length)
    {
        SeededRandom random = new(3, (ulong)length);
        float[] rows = new float[7 * length];
        foreach (ref float value in rows.AsSpan())
            value = (float)random.NextGaussian();
        int[] left = [6, 0, 3, 3], right = [5, 6];
        float[] products = new float[8];
        RowProducts.Tile(rows, length, left, right, products);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 2; j++)
            {
                double sum = 0;
                for (int k = 0; k < length; k++)
                    sum += (double)rows[left[i] * length + k] * rows[right[j] * length + k];
                Assert.That(products[2 * i + j], Is.EqualTo(sum).Within(1e-5 * length), $"row {left[i]} by row {right[j]}");
            }
    }

    [Test]
    public void Nearest_images_equal_the_plain_comparison_of_all([Values(2, 5, 16, 17, 39)] int count, [Values] bool hasGap)
    {
        const int length = 9;
        SeededRandom random = new(4, (ulong)count);
        float[] rows = new float[count * length];
        foreach (ref float value in rows.AsSpan())
            value = (float)random.NextGaussian();
        for (int i = 0; i < count; i++)
        {
            Span<float> row = rows.AsSpan(i * length, length);
            float norm = MathF.Sqrt(row.ToArray().Sum(v => v * v));
            foreach (ref float value in row)
                value /= norm;
        }
        bool[] isKnown = [.. Enumerable.Range(0, count).Select(i => !hasGap || i != 1)];
        bool Matters(int i, int j) => (i + j) % 3 != 0;
        HashSet<(int, int)> expected = [];
        for (int i = 0; i < count; i++)
            if (isKnown[i])
                foreach (int j in Enumerable.Range(0, count).Where(j => j != i && isKnown[j] && Matters(i, j))
                    .OrderByDescending(j => Cosine(i, j)).Where((j, k) => k < NearestImages.Kept || k < 24 && Cosine(i, j) >= NearestImages.Same))
                    expected.Add((Math.Min(i, j), Math.Max(i, j)));
        WorkerPool one = new(1), three = new(3);
        IReadOnlyList<(int First, int Second, double Distance)> pairs =
            NearestImages.Find(new ImageDescriptions(rows, length, isKnown), Matters, one, default);
        Assert.That(pairs.Select(p => (p.First, p.Second)), Is.EquivalentTo(expected));
        Assert.That(NearestImages.Find(new ImageDescriptions(rows, length, isKnown), Matters, three, default), Is.EqualTo(pairs));

        double Cosine(int i, int j)
        {
            double sum = 0;
            for (int k = 0; k < length; k++)
                sum += (double)rows[i * length + k] * rows[j * length + k];
            return sum;
        }
    }
}
