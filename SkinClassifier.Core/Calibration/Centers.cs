using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>A feature space and the means of the classes in it.</summary>
/// <param name="Space">The space.</param>
/// <param name="Means">Means [C,r].</param>
/// <param name="Owners">Class of each mean [C], ascending; K: the mean of all images, where no class has enough of them.</param>
/// <param name="Classes">K.</param>
internal sealed record Centers(FeatureSpace Space, float[] Means, int[] Owners, int Classes)
{
    /// <summary>Those of training images; null when they have no space.</summary>
    public static Centers? Of(ReadOnlySpan<float> features, int length, IReadOnlyList<int> labels, int classes, WorkerPool workers)
    {
        if (FeatureSpace.Fit(features, length, labels, classes, workers) is not { } space)
            return null;
        int r = space.Dimensions;
        double[] sums = new double[(classes + 1) * r];
        int[] counts = new int[classes + 1];
        float[] coordinates = new float[r];
        for (int n = 0; n < labels.Count; n++)
        {
            space.Project(features.Slice(n * length, length), coordinates);
            foreach (int c in (ReadOnlySpan<int>)[labels[n], classes])
            {
                counts[c]++;
                for (int i = 0; i < r; i++)
                    sums[c * r + i] += coordinates[i];
            }
        }
        int[] owners = [.. Enumerable.Range(0, classes).Where(c => counts[c] >= Familiarity.MinClassImages).OrderByDescending(c => counts[c])
            .Take(Familiarity.MaxCenters).Order()];
        if (owners.Length == 0)
            owners = [classes];
        return new Centers(space, [.. owners.SelectMany(c => Enumerable.Range(0, r).Select(i => (float)(sums[c * r + i] / counts[c])))], owners, classes);
    }

    /// <summary>Distances of images [N,D] to the means, and their residuals.</summary>
    public Distances Measure(ReadOnlySpan<float> features)
    {
        int r = Space.Dimensions, count = features.Length / Space.Length;
        Distances result = new(Classes, count);
        float[] coordinates = new float[r];
        for (int n = 0; n < count; n++)
        {
            result.Residuals[n] = Space.Project(features.Slice(n * Space.Length, Space.Length), coordinates);
            for (int i = 0; i < Owners.Length; i++)
            {
                float distance = TensorPrimitives.Distance<float>(coordinates, Means.AsSpan(i * r, r));
                result.Squared(n, Owners[i]) = distance * distance;
            }
        }
        return result;
    }
}
