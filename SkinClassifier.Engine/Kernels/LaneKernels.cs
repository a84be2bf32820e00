using System.Runtime.CompilerServices;

namespace SkinClassifier.Kernels;

/// <summary>The kernels that read alike for every instruction set: one group of 16 lanes at a time.</summary>
internal abstract unsafe partial class LaneKernels<T> : KernelFamily where T : struct, ILanes<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Activate(float* x, float* y, nint count, Activation activation)
    {
        T a = T.Create(activation.A), b = T.Create(activation.B), zero = T.Create(0), one = T.Create(1);
        switch (activation.Kind)
        {
            case ActivationKind.None:
                if (x != y)
                    Buffer.MemoryCopy(x, y, count * 64, count * 64);
                break;
            case ActivationKind.Clip:
                for (; count > 0; count--, x += 16, y += 16)
                    T.Clip(T.Load(x), a, b).Store(y);
                break;
            case ActivationKind.Sigmoid:
                for (; count > 0; count--, x += 16, y += 16)
                    (one / (one + LaneExp.Exp(zero - T.Load(x)))).Store(y);
                break;
            case ActivationKind.Silu:
                for (; count > 0; count--, x += 16, y += 16)
                {
                    T v = T.Load(x);
                    (v * (one / (one + LaneExp.Exp(zero - v)))).Store(y);
                }
                break;
            case ActivationKind.HardSigmoid:
                for (; count > 0; count--, x += 16, y += 16)
                    T.Clip(T.MultiplyAdd(a, T.Load(x), b), zero, one).Store(y);
                break;
            case ActivationKind.HardSwish:
                for (; count > 0; count--, x += 16, y += 16)
                {
                    T v = T.Load(x);
                    (v * T.Clip(T.MultiplyAdd(a, v, b), zero, one)).Store(y);
                }
                break;
            case ActivationKind.LeakyRelu:
                for (; count > 0; count--, x += 16, y += 16)
                {
                    T v = T.Load(x);
                    T.MultiplyAdd(a, T.Clip(v, T.Create(float.NegativeInfinity), zero), T.Clip(v, zero, T.Create(float.PositiveInfinity))).Store(y);
                }
                break;
            case ActivationKind.Gelu:
                for (; count > 0; count--, x += 16, y += 16)
                    Gelu(T.Load(x)).Store(y);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), $"Activation {activation.Kind} has no kernel.");
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(float* a, float* b, float* y, nint count)
    {
        for (nint i = 0; i < count * 16; i += 16)
            (T.Load(a + i) + T.Load(b + i)).Store(y + i);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(float* a, float* b, float* y, nint count)
    {
        for (nint i = 0; i < count * 16; i += 16)
            (T.Load(a + i) * T.Load(b + i)).Store(y + i);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(float* x, float* scale, float* shift, float* y, nint count)
    {
        T factor = T.Load(scale);
        if (shift == null)
        {
            for (nint i = 0; i < count * 16; i += 16)
                (T.Load(x + i) * factor).Store(y + i);
            return;
        }
        T offset = T.Load(shift);
        for (nint i = 0; i < count * 16; i += 16)
            T.MultiplyAdd(T.Load(x + i), factor, offset).Store(y + i);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MaxOf(float* x, int rows, nint row, int columns, nint column, float* y)
    {
        T best = T.Load(x);
        for (; rows > 0; rows--, x += row)
        {
            float* at = x;
            for (int i = columns; i > 0; i--, at += column)
                best = T.Max(best, T.Load(at));
        }
        best.Store(y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumOf(float* x, int rows, nint row, int columns, nint column, float factor, float* y)
    {
        T sum = T.Create(0);
        for (; rows > 0; rows--, x += row)
        {
            float* at = x;
            for (int i = columns; i > 0; i--, at += column)
                sum += T.Load(at);
        }
        (sum * T.Create(factor)).Store(y);
    }
}
