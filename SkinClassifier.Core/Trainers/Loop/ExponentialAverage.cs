using System.Numerics;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Moving average of weights, element by element: a ← a + (x − a)·(1 − decay).</summary>
internal static class ExponentialAverage
{
    /// <summary>Moves <paramref name="average"/> toward <paramref name="current"/>.</summary>
    public static void Update(Span<float> average, ReadOnlySpan<float> current, float decay)
    {
        float split = 1 - decay;
        int i = 0, width = Vector<float>.Count;
        for (; i <= average.Length - width; i += width)
        {
            Vector<float> a = new(average[i..]);
            (a + (new Vector<float>(current[i..]) - a) * split).CopyTo(average[i..]);
        }
        for (; i < average.Length; i++)
            average[i] += (current[i] - average[i]) * split;
    }

    /// <summary>Decay of step <paramref name="step"/> (1-based): min(decay, (1 + step)/(10 + step)), so that the start is forgotten quickly.</summary>
    public static float Warm(double decay, long step) => (float)Math.Min(decay, (1.0 + step) / (10.0 + step));
}
