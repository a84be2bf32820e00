using System.Runtime.CompilerServices;

namespace SkinClassifier.Kernels;

internal abstract unsafe partial class LaneKernels<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormalizePixels(float* x, nint block, int channels, float* scale, float* shift, float epsilon, float* y, nint yBlock, nint count)
    {
        int whole = channels / 16;
        float* mask = stackalloc float[16];
        for (int lane = 0; lane < 16; lane++)
            mask[lane] = lane < channels % 16 ? 1 : 0;
        T last = T.Load(mask), zero = T.Create(0);
        for (; count > 0; count--, x += 16, y += 16)
        {
            T sum = zero, squares = zero;
            for (int b = 0; b < whole; b++)
                sum += T.Load(x + b * block);
            if (channels % 16 != 0)
                sum += T.Load(x + whole * block) * last;
            T mean = T.Create(T.Sum(sum) / channels);
            for (int b = 0; b < whole; b++)
            {
                T distance = T.Load(x + b * block) - mean;
                squares = T.MultiplyAdd(distance, distance, squares);
            }
            if (channels % 16 != 0)
            {
                T distance = (T.Load(x + whole * block) - mean) * last;
                squares = T.MultiplyAdd(distance, distance, squares);
            }
            T inverse = T.Create(1 / MathF.Sqrt(T.Sum(squares) / channels + epsilon));
            for (int b = 0; b * 16 < channels; b++)
                T.MultiplyAdd((T.Load(x + b * block) - mean) * inverse, T.Load(scale + b * 16), T.Load(shift + b * 16)).Store(y + b * yBlock);
        }
    }

    /// <summary>Φ(x) + x · φ(x), the derivative of x · Φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T GeluSlope(T x) => T.MultiplyAdd(x * T.Create(0.39894228f), LaneExp.Exp(x * x * T.Create(-0.5f)), Normal(x));

    /// <summary>x · Φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Gelu(T x) => x * Normal(x);

    /// <summary>Φ(x), where Φ(−|x|) = e^(−x²/2) · (a₁t + … + a₅t⁵) / 2 with t = 1 / (1 + p·|x|/√2), to 1e-7 (Abramowitz and Stegun, 7.1.26).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Normal(T x)
    {
        T zero = T.Create(0), one = T.Create(1), size = T.Max(x, zero - x);
        T t = one / T.MultiplyAdd(T.Create(0.3275911f * 0.70710678f), size, one);
        T p = T.MultiplyAdd(T.Create(1.061405429f / 2), t, T.Create(-1.453152027f / 2));
        p = T.MultiplyAdd(p, t, T.Create(1.421413741f / 2));
        p = T.MultiplyAdd(p, t, T.Create(-0.284496736f / 2));
        p = T.MultiplyAdd(p, t, T.Create(0.254829592f / 2));
        T tail = p * t * LaneExp.Exp(size * size * T.Create(-0.5f));
        return T.MultiplyAdd(T.Clip(x * T.Create(1e38f), zero, one), one - tail - tail, tail);
    }
}
