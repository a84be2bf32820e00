using System.Runtime.CompilerServices;

namespace SkinClassifier.Kernels;

internal sealed unsafe partial class LaneGradientKernels<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ActivationGradient(float* x, float* gradient, float* dx, nint count, Activation activation, bool add)
    {
        T a = T.Create(activation.A), b = T.Create(activation.B), zero = T.Create(0), one = T.Create(1);
        for (nint i = 0; i < count * 16; i += 16)
        {
            T v = T.Load(x + i), slope;
            switch (activation.Kind)
            {
                case ActivationKind.Sigmoid:
                    {
                        T s = one / (one + LaneExp.Exp(zero - v));
                        slope = s * (one - s);
                        break;
                    }
                case ActivationKind.Silu:
                    {
                        T s = one / (one + LaneExp.Exp(zero - v));
                        slope = T.MultiplyAdd(v * s, one - s, s);
                        break;
                    }
                case ActivationKind.HardSigmoid:
                    slope = T.Between(T.MultiplyAdd(a, v, b), zero, one, a);
                    break;
                case ActivationKind.HardSwish:
                    {
                        T u = T.MultiplyAdd(a, v, b);
                        slope = T.MultiplyAdd(v, T.Between(u, zero, one, a), T.Clip(u, zero, one));
                        break;
                    }
                case ActivationKind.Gelu:
                    slope = LaneKernels<T>.GeluSlope(v);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(activation), $"Activation {activation.Kind} has no gradient kernel.");
            }
            T d = T.Load(gradient + i) * slope;
            (add ? d + T.Load(dx + i) : d).Store(dx + i);
        }
    }
}
