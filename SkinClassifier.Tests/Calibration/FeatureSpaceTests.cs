using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

public sealed class FeatureSpaceTests
{
    [Test]
    public void Two_points_on_a_circle_give_the_values_computed_by_hand()
    {
        // μ = (½, ½); the one direction is (1, −1)/√2, where the images lie at ±√½ with variance ½, so w = ±1.
        float[] features = [.. Enumerable.Range(0, 16).SelectMany(i => i % 2 == 0 ? new float[] { 3, 0 } : [0, 5])];
        FeatureSpace space = FeatureSpace.Fit(features, 2, new int[16], 1, WorkerPool.Shared)!;
        float[] w = new float[1];
        Assert.That(space.Dimensions, Is.EqualTo(1));
        Assert.That(space.Project([7, 0], w), Is.Zero.Within(1e-6));
        float first = w[0];
        Assert.That(Math.Abs(first), Is.EqualTo(1).Within(1e-5));
        Assert.That(space.Project([0, 2], w), Is.Zero.Within(1e-6));
        Assert.That(w[0], Is.EqualTo(-first).Within(1e-5));
        // (−1, 0): z = (−1½, −½), along the direction ∓√½, ‖z‖² = 2½, so 2 lie outside.
        Assert.That(space.Project([-4, 0], w), Is.EqualTo(2).Within(1e-5));
        Assert.That(w[0], Is.EqualTo(-first).Within(1e-5));
        // Features of zero stay zero: z = −μ.
        Assert.That(space.Project([0, 0], w), Is.EqualTo(0.5).Within(1e-5));
        Assert.That(w[0], Is.Zero.Within(1e-5));
    }

    [Test]
    public void Distances_are_those_of_Mahalanobis_with_the_covariance_within_the_classes()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(4, [300, 200, 100], 1);
        FeatureSpace space = FeatureSpace.Fit(features, 4, labels, 3, WorkerPool.Shared)!;
        double[][] unit = [.. features.Chunk(4).Select(Unit)];
        double[,] inverse = InverseOfCovariance(unit, labels, 3, space.Dimensions);
        float[] a = new float[space.Dimensions], b = new float[space.Dimensions];
        for (int n = 0; n < 60; n++)
        {
            space.Project(features.AsSpan(n * 4, 4), a);
            space.Project(features.AsSpan((n + 500) * 4, 4), b);
            double[] d = [.. unit[n].Zip(unit[n + 500], (x, y) => x - y)];
            double expected = Enumerable.Range(0, 4).Sum(i => Enumerable.Range(0, 4).Sum(j => d[i] * inverse[i, j] * d[j]));
            Assert.That(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum(), Is.EqualTo(expected).Within(0.1).Percent);
        }
    }

    [Test]
    public void Turning_all_features_changes_no_distance_and_no_residual()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(12, [120, 80, 40], 2);
        float[] turned = [.. features.Chunk(12).SelectMany(Turned)];
        FeatureSpace one = FeatureSpace.Fit(features, 12, labels, 3, WorkerPool.Shared)!, other = FeatureSpace.Fit(turned, 12, labels, 3, WorkerPool.Shared)!;
        Assert.That(other.Dimensions, Is.EqualTo(one.Dimensions));
        float[] a = new float[one.Dimensions], b = new float[one.Dimensions], c = new float[one.Dimensions], d = new float[one.Dimensions];
        for (int n = 0; n + 1 < 240; n += 2)
        {
            float residual = one.Project(features.AsSpan(n * 12, 12), a), same = other.Project(turned.AsSpan(n * 12, 12), b);
            one.Project(features.AsSpan((n + 1) * 12, 12), c);
            other.Project(turned.AsSpan((n + 1) * 12, 12), d);
            Assert.That(same, Is.EqualTo(residual).Within(1e-5));
            Assert.That(b.Zip(d, (x, y) => (x - y) * (x - y)).Sum(), Is.EqualTo(a.Zip(c, (x, y) => (x - y) * (x - y)).Sum()).Within(0.5).Percent);
        }
    }

    [Test]
    public void The_length_of_features_does_not_matter()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(8, [60, 60], 3);
        FeatureSpace space = FeatureSpace.Fit(features, 8, labels, 2, WorkerPool.Shared)!;
        float[] a = new float[space.Dimensions], b = new float[space.Dimensions];
        float residual = space.Project(features.AsSpan(0, 8), a), longer = space.Project([.. features[..8].Select(f => 8 * f)], b);
        Assert.That(longer, Is.EqualTo(residual).Within(1e-6));
        Assert.That(b, Is.EqualTo(a).Within(1e-4));
    }

    [Test]
    public void Any_number_of_threads_gives_the_same_bytes()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(40, [150, 100, 6], 4);
        Assert.That(Bytes(FeatureSpace.Fit(features, 40, labels, 3, new WorkerPool(3))!),
            Is.EqualTo(Bytes(FeatureSpace.Fit(features, 40, labels, 3, new WorkerPool(1))!)));
    }

    [Test]
    public void No_direction_is_that_of_a_single_image()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(200, [20, 20], 5);
        Assert.That(FeatureSpace.Fit(features, 200, labels, 2, WorkerPool.Shared)!.Dimensions, Is.EqualTo(40 / FeatureSpace.ImagesPerDimension));
    }

    [Test]
    public void Images_that_are_all_the_same_to_the_network_have_no_space() =>
        Assert.That(FeatureSpace.Fit([.. Enumerable.Repeat(new float[] { 1, 2, 3 }, 50).SelectMany(f => f)], 3, new int[50], 1, WorkerPool.Shared), Is.Null);

    [Test]
    public void Projecting_allocates_nothing()
    {
        (float[] features, int[] labels) = ClusterFeatures.Draw(16, [60, 60], 6);
        FeatureSpace space = FeatureSpace.Fit(features, 16, labels, 2, WorkerPool.Shared)!;
        float[] w = new float[space.Dimensions];
        Assert.That(AllocatedBytes.Of(3, () => space.Project(features.AsSpan(0, 16), w)), Is.Zero);
    }

    internal static byte[] Bytes(FeatureSpace space)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        space.Write(writer);
        return stream.ToArray();
    }

    /// <summary>Five turns in the planes of two axes.</summary>
    private static float[] Turned(float[] row)
    {
        double[] x = [.. row.Select(v => (double)v)];
        foreach ((int i, int j, double angle) in (ReadOnlySpan<(int, int, double)>)[(0, 11, 0.7), (3, 5, -1.1), (1, 8, 2.0), (0, 4, 0.3), (7, 11, 1.4)])
            (x[i], x[j]) = (Math.Cos(angle) * x[i] - Math.Sin(angle) * x[j], Math.Sin(angle) * x[i] + Math.Cos(angle) * x[j]);
        return [.. x.Select(v => (float)v)];
    }

    private static double[] Unit(float[] row)
    {
        double norm = Math.Sqrt(row.Sum(v => (double)v * v));
        return [.. row.Select(v => v / norm)];
    }

    /// <summary>Inverse of (1 − s) S + s · tr(S)/r · I, s = r / (r + N), by Gauss and Jordan.</summary>
    private static double[,] InverseOfCovariance(double[][] rows, int[] labels, int classes, int r)
    {
        int n = rows[0].Length;
        double[,] s = new double[n, 2 * n];
        for (int c = 0; c < classes; c++)
        {
            double[][] own = [.. rows.Where((_, i) => labels[i] == c)];
            double[] mean = [.. Enumerable.Range(0, n).Select(i => own.Average(row => row[i]))];
            foreach (double[] row in own)
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < n; j++)
                        s[i, j] += (row[i] - mean[i]) * (row[j] - mean[j]) / rows.Length;
        }
        double share = (double)r / (r + rows.Length), ball = Enumerable.Range(0, n).Sum(i => s[i, i]) / r;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                s[i, j] = (1 - share) * s[i, j] + (i == j ? share * ball : 0);
            s[i, n + i] = 1;
        }
        for (int p = 0; p < n; p++)
        {
            double pivot = s[p, p];
            for (int j = 0; j < 2 * n; j++)
                s[p, j] /= pivot;
            for (int i = 0; i < n; i++)
                if (i != p && s[i, p] is var factor)
                    for (int j = 0; j < 2 * n; j++)
                        s[i, j] -= factor * s[p, j];
        }
        double[,] inverse = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                inverse[i, j] = s[i, n + j];
        return inverse;
    }
}
