using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Kernels;

/// <summary>The training kernels for any instruction set: one pixel of 16 channels at a time.</summary>
internal sealed unsafe partial class LaneGradientKernels<T>(KernelFamily family, int outerRows, int outerBlocks) : GradientKernels where T : struct, ILanes<T>
{
    private readonly NineTapRows _nine = NineTapRows.For(family);

    public override KernelFamily Family => family;

    public override int OuterRows => outerRows;

    public override int OuterBlocks => outerBlocks;

    /// <summary>
    /// Pixels (cache lines) that the passes over tensors which no cache holds ask for ahead. Their pieces are short, so that the processor's own prefetching
    /// begins again in each; what is asked for behind the end of a piece is the beginning of the next one.
    /// </summary>
    private const int Ahead = 48;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Map(float* x, nint xStep, float* y, nint count, in ChannelMap map)
    {
        T scale = T.Load(map.Scale), shift = T.Load(map.Shift), low = T.Create(map.Low), high = T.Create(map.High);
        nint ahead = xStep * Ahead;
        for (; count > 0; count--, x += xStep, y += 16)
        {
            Fetch(x + ahead);
            T.Clip(T.MultiplyAdd(T.Load(x), scale, shift), low, high).Store(y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddMap(float* x, float* y, nint count, in ChannelMap map)
    {
        T scale = T.Load(map.Scale), shift = T.Load(map.Shift), low = T.Create(map.Low), high = T.Create(map.High);
        for (; count > 0; count--, x += 16, y += 16)
            (T.Load(y) + T.Clip(T.MultiplyAdd(T.Load(x), scale, shift), low, high)).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MapGradient(float* z, float* gradient, float* dz, nint count, in ChannelMap map, float* perZ, float* constant)
    {
        T scale = T.Load(map.Scale), shift = T.Load(map.Shift), low = T.Create(map.Low), high = T.Create(map.High), k1 = T.Load(perZ), k0 = T.Load(constant);
        for (; count > 0; count--, z += 16, gradient += 16, dz += 16)
        {
            Fetch(z + 16 * Ahead);
            Fetch(gradient + 16 * Ahead);
            T v = T.Load(z);
            T d = T.Between(T.MultiplyAdd(v, scale, shift), low, high, T.Load(gradient));
            T.MultiplyAdd(d, scale, T.MultiplyAdd(v, k1, k0)).Store(dz);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void GradientSums(float* z, float* gradient, nint count, in ChannelMap map, float* mean, float* sums)
    {
        T scale = T.Load(map.Scale), shift = T.Load(map.Shift), low = T.Create(map.Low), high = T.Create(map.High), middle = T.Load(mean);
        T sum = T.Load(sums), products = T.Load(sums + 16);
        for (; count > 0; count--, z += 16, gradient += 16)
        {
            T v = T.Load(z);
            T d = T.Between(T.MultiplyAdd(v, scale, shift), low, high, T.Load(gradient));
            sum += d;
            products = T.MultiplyAdd(d, v - middle, products);
        }
        sum.Store(sums);
        products.Store(sums + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PivotedSums(float* z, nint count, float* pivot, float* sums)
    {
        T middle = T.Load(pivot), sum = T.Load(sums), squares = T.Load(sums + 16), sum2 = T.Create(0), squares2 = sum2;
        for (; count > 1; count -= 2, z += 32)
        {
            T v = T.Load(z) - middle, u = T.Load(z + 16) - middle;
            sum += v;
            sum2 += u;
            squares = T.MultiplyAdd(v, v, squares);
            squares2 = T.MultiplyAdd(u, u, squares2);
        }
        if (count > 0)
        {
            T v = T.Load(z) - middle;
            sum += v;
            squares = T.MultiplyAdd(v, v, squares);
        }
        (sum + sum2).Store(sums);
        (squares + squares2).Store(sums + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddSum(float* x, nint count, float* sums)
    {
        T sum = T.Load(sums);
        for (; count > 0; count--, x += 16)
            sum += T.Load(x);
        sum.Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddStrided(float* x, float* y, nint yStep, nint count)
    {
        for (; count > 0; count--, x += 16, y += yStep)
            (T.Load(x) + T.Load(y)).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddConstant(float* value, float* y, nint count, bool overwrite)
    {
        T v = T.Load(value);
        if (overwrite)
            for (; count > 0; count--, y += 16)
                v.Store(y);
        else
            for (; count > 0; count--, y += 16)
                (T.Load(y) + v).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void DepthwiseRow(
        float* x, nint step, nint xRow, nint xColumn, int kernelH, int kernelW, float* w, float* bias, float* y, nint count, bool add, float* ahead0,
        float* ahead1)
    {
        if (IsNine(step, xColumn, kernelH, kernelW))
        {
            _nine.Row((int)step / 16)(x, xRow, w, bias, y, count, add, ahead0, ahead1);
            return;
        }
        T start = bias == null ? T.Create(0) : T.Load(bias);
        for (; count > 0; count--, x += step, y += 16)
        {
            T a = add ? T.Load(y) : start;
            float* tap = w;
            for (int kh = 0; kh < kernelH; kh++)
                for (int kw = 0; kw < kernelW; kw++, tap += 16)
                    a = T.MultiplyAdd(T.Load(x + kh * xRow + kw * xColumn), T.Load(tap), a);
            a.Store(y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void DepthwiseWeightGradient(float* x, nint step, nint xRow, nint xColumn, int kernelH, int kernelW, float* dz, nint count, float* dw,
        float* ahead0, float* ahead1)
    {
        if (IsNine(step, xColumn, kernelH, kernelW))
        {
            _nine.WeightGradient((int)step / 16)(x, xRow, dz, count, dw, ahead0, ahead1);
            return;
        }
        for (int kh = 0; kh < kernelH; kh++)
            for (int kw = 0; kw < kernelW; kw++, dw += 16)
            {
                T c = T.Load(dw);
                float* from = x + kh * xRow + kw * xColumn, with = dz;
                for (nint i = 0; i < count; i++, from += step, with += 16)
                    c = T.MultiplyAdd(T.Load(from), T.Load(with), c);
                c.Store(dw);
            }
    }

    public override void DepthwiseInputGradient(float* before, float* after, float* w, int row, float* dx, nint count, bool add)
    {
        if (row % 2 == 0)
            _nine.InputGradientOfTwo(before, w + 96, after, w, dx, count, add);
        else
            _nine.InputGradientOfOne(after, w + 48, dx, count, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void DepthwiseScatter(float* dz, nint count, int kernelH, int kernelW, float* w, float* dx, nint step, nint xRow, nint xColumn)
    {
        for (; count > 0; count--, dz += 16, dx += step)
        {
            T d = T.Load(dz);
            float* tap = w;
            for (int kh = 0; kh < kernelH; kh++)
                for (int kw = 0; kw < kernelW; kw++, tap += 16)
                {
                    float* to = dx + kh * xRow + kw * xColumn;
                    T.MultiplyAdd(d, T.Load(tap), T.Load(to)).Store(to);
                }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MaxGradient(float* x, int rows, nint row, int columns, nint column, float* max, float* dz, float* dx)
    {
        T low = T.Create(float.NegativeInfinity), largest = T.Load(max), left = T.Load(dz);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
            {
                nint at = r * row + c * column;
                T later = T.Between(T.Load(x + at), low, largest, left);
                (T.Load(dx + at) + (left - later)).Store(dx + at);
                left = later;
            }
    }

    private static bool IsNine(nint step, nint xColumn, int kernelH, int kernelW) => kernelH == 3 && kernelW == 3 && xColumn == 16 && (step is 16 or 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(float* line)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(line);
    }
}
