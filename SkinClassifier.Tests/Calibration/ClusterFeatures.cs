using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

/// <summary>Made-up features: each class a cloud around a point of its own, all at some distance from the origin.</summary>
internal static class ClusterFeatures
{
    /// <summary>Features [N,D] and classes [N]; <paramref name="counts"/> images of each class, <paramref name="spread"/> the size of its cloud.</summary>
    public static (float[] Features, int[] Labels) Draw(int length, int[] counts, ulong seed, double[]? spread = null)
    {
        List<float> features = [];
        List<int> labels = [];
        for (int c = 0; c < counts.Length; c++)
        {
            SeededRandom place = new(99, (ulong)c), random = new(seed, (ulong)c);
            double[] center = [.. Enumerable.Range(0, length).Select(i => (i % counts.Length == c ? 4.0 : 1.0) + 0.3 * place.NextGaussian())];
            for (int n = 0; n < counts[c]; n++)
            {
                // A cloud is wide in its first directions and thin in the others.
                for (int i = 0; i < length; i++)
                    features.Add((float)(center[i] + (spread?[c] ?? 1) * random.NextGaussian() * (i < 6 ? 1 : 0.05)));
                labels.Add(c);
            }
        }
        return ([.. features], [.. labels]);
    }
}
