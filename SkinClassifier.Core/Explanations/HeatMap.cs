using System.Numerics.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>A map at the size of the network's input, row by row.</summary>
/// <param name="Raw">In the method's own unit.</param>
/// <param name="Scaled">From 0 to 1.</param>
/// <param name="Layer">The feature maps it was computed from, or null.</param>
internal sealed record HeatMap(float[] Raw, float[] Scaled, string? Layer)
{
    /// <summary>(x − smallest) / (largest − smallest); 0 where all are equal.</summary>
    public static float[] MinToMax(ReadOnlySpan<float> values)
    {
        float low = TensorPrimitives.Min(values), range = TensorPrimitives.Max(values) - low;
        float[] scaled = new float[values.Length];
        if (range > 0)
            for (int i = 0; i < scaled.Length; i++)
                scaled[i] = (values[i] - low) / range;
        return scaled;
    }

    /// <summary>x / largest where x is above 0, else 0.</summary>
    public static float[] ZeroToMax(ReadOnlySpan<float> values)
    {
        float largest = TensorPrimitives.Max(values);
        float[] scaled = new float[values.Length];
        if (largest > 0)
            for (int i = 0; i < scaled.Length; i++)
                scaled[i] = Math.Max(values[i], 0) / largest;
        return scaled;
    }
}
