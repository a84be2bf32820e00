using System.Runtime.CompilerServices;

namespace SkinClassifier.Kernels;

internal sealed unsafe partial class LaneGradientKernels<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormalizePixelsGradient(
        float* x, float* gradient, nint block, int channels, float* scale, float epsilon, float* dx, nint count, float* scaleSums, float* shiftSums)
    {
        int blocks = (channels + 15) / 16;
        float* mask = stackalloc float[16];
        for (int lane = 0; lane < 16; lane++)
            mask[lane] = lane < channels - (blocks - 1) * 16 ? 1 : 0;
        T one = T.Create(1), used = T.Load(mask);
        for (; count > 0; count--, x += 16, gradient += 16, dx += 16)
        {
            T sum = T.Create(0), squares = sum, gradients = sum, products = sum;
            for (int b = 0; b < blocks; b++)
                sum = T.MultiplyAdd(T.Load(x + b * block), b == blocks - 1 ? used : one, sum);
            T mean = T.Create(T.Sum(sum) / channels);
            for (int b = 0; b < blocks; b++)
            {
                T distance = (T.Load(x + b * block) - mean) * (b == blocks - 1 ? used : one), g = T.Load(gradient + b * block) * T.Load(scale + b * 16);
                squares = T.MultiplyAdd(distance, distance, squares);
                gradients += g;
                products = T.MultiplyAdd(g, distance, products);
            }
            float inverse = 1 / MathF.Sqrt(T.Sum(squares) / channels + epsilon);
            T factor = T.Create(inverse), middle = T.Create(T.Sum(gradients) / channels), slope = T.Create(T.Sum(products) * inverse / channels);
            for (int b = 0; b < blocks; b++)
            {
                T normal = (T.Load(x + b * block) - mean) * factor, d = T.Load(gradient + b * block);
                T.MultiplyAdd(d, normal, T.Load(scaleSums + b * 16)).Store(scaleSums + b * 16);
                (T.Load(shiftSums + b * 16) + d).Store(shiftSums + b * 16);
                ((d * T.Load(scale + b * 16) - middle - normal * slope) * factor * (b == blocks - 1 ? used : one)).Store(dx + b * block);
            }
        }
    }
}
