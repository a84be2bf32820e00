using System.Numerics.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>The formulas of the CAM methods: activations and gradients [C,H·W] of a feature map → map [H·W], before ReLU.</summary>
internal static class CamMaps
{
    /// <summary>Keeps the divisor of Grad-CAM++ from 0.</summary>
    private const float Epsilon = 1e-6f;

    /// <summary>Adds up one method's map.</summary>
    /// <param name="method">One of the four CAM methods.</param>
    /// <param name="activations">A [C,H·W].</param>
    /// <param name="gradients">∂score/∂A [C,H·W].</param>
    /// <param name="map">Receives [H·W].</param>
    public static void Compute(ExplanationMethod method, ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, Span<float> map)
    {
        map.Clear();
        for (int start = 0; start < activations.Length; start += map.Length)
        {
            ReadOnlySpan<float> a = activations.Slice(start, map.Length), g = gradients.Slice(start, map.Length);
            switch (method)
            {
                case ExplanationMethod.HiResCam:
                    TensorPrimitives.MultiplyAdd(a, g, map, map);
                    break;
                case ExplanationMethod.LayerCam:
                    for (int i = 0; i < map.Length; i++)
                        map[i] += MathF.Max(g[i], 0) * a[i];
                    break;
                default:
                    float weight = method == ExplanationMethod.GradCam ? (float)(Sum(g) / map.Length) : PlusPlusWeight(a, g);
                    TensorPrimitives.MultiplyAdd(a, weight, map, map);
                    break;
            }
        }
    }

    private static float PlusPlusWeight(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients)
    {
        double sum = Sum(activations), weight = 0;
        foreach (double g in gradients)
            if (g > 0)
                weight += g * (g * g / (2 * g * g + sum * g * g * g + Epsilon));
        return (float)weight;
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum;
    }
}
