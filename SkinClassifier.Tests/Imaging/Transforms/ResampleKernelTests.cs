using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Tests.Imaging.Transforms;

[Category("Simd")]
public sealed class ResampleKernelTests
{
    [Test]
    public void Vector_rows_equal_scalar_rows([Values(1, 2, 5, 16, 37, 100, 1000)] int source, [Values(1, 3, 7, 16, 33, 64, 131)] int target,
        [Values(ResizeFilter.Triangle, ResizeFilter.Cubic)] ResizeFilter filter)
    {
        byte[] row = Noise(source * 3), vector = new byte[target * 3], behind = new byte[target * 3], scalar = new byte[target * 3];
        using ResampleWeights weights = new(source, target, 0, target, filter, halves: true);
        ResampleKernels.Row(row, weights, vector);
        ResampleKernels.Row([.. row, .. Noise(99)], weights, behind);
        ResampleKernels.RowScalar(row, weights, scalar, 0);
        Assert.That(vector, Is.EqualTo(scalar));
        Assert.That(behind, Is.EqualTo(scalar), "with more behind the row");
    }

    [Test]
    public void Halves_make_up_the_weights([Values(3, 90)] int source, [Values(7, 10)] int target)
    {
        using ResampleWeights weights = new(source, target, 0, target, ResizeFilter.Cubic, halves: true);
        for (int i = 0; i < target; i++)
        {
            ReadOnlySpan<int> halves = weights.Halves(i);
            for (int k = 0; k < weights.Count(i); k++)
            {
                int at = k / 8 * 8 + k % 8 / 2, high = (short)(halves[at] >> k % 2 * 16), low = (short)(halves[at + 4] >> k % 2 * 16);
                Assert.That(high * 2048 + low, Is.EqualTo(weights.Of(i)[k]));
            }
        }
    }

    [Test]
    public void Vector_columns_equal_scalar_columns([Values(1, 15, 16, 17, 31, 32, 47, 100)] int width, [Values(1, 2, 9)] int taps)
    {
        byte[] rows = Noise(width * taps), vector = new byte[width], scalar = new byte[width];
        SeededRandom random = new(3);
        int[] weights = [.. Enumerable.Range(0, taps).Select(_ => random.NextInt32(1 << 22) - (1 << 20))];
        ResampleKernels.Column(rows, width, weights, vector);
        ResampleKernels.ColumnScalar(rows, width, weights, scalar, 0);
        Assert.That(vector, Is.EqualTo(scalar));
    }

    [Test]
    public void Nothing_is_read_or_written_beyond_the_buffers([Values(1, 2, 3, 4, 5, 8, 21, 100)] int source, [Values(1, 2, 5, 32, 77)] int target)
    {
        using FencedBytes row = new(Noise(source * 3)), result = new(new byte[target * 3]);
        using ResampleWeights weights = new(source, target, 0, target, ResizeFilter.Cubic, halves: true);
        ResampleKernels.Row(row.Span, weights, result.Span);
        using FencedBytes rows = new(Noise(target * source)), sum = new(new byte[target]);
        ResampleKernels.Column(rows.Span, target, weights.Of(0)[..Math.Min(source, weights.Count(0))], sum.Span);
        byte[] expected = new byte[target * 3];
        ResampleKernels.RowScalar(row.Span, weights, expected, 0);
        Assert.That(result.Span.SequenceEqual(expected), Is.True);
    }

    // Extreme samples are the ones that would overflow.
    private static byte[] Noise(int length)
    {
        SeededRandom random = new((ulong)length);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = random.NextInt32(3) switch { 0 => 0, 1 => 255, _ => (byte)random.NextInt32(256) };
        return bytes;
    }
}
