using System.Runtime.CompilerServices;

namespace SkinClassifier.Kernels;

internal abstract unsafe partial class LaneKernels<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WinogradInput(float* x, nint row, float* v, nint step)
    {
        float* space = stackalloc float[36 * 16 + 16];
        float* t = (float*)(((nint)space + 63) & ~(nint)63);
        for (int column = 0; column < 6; column++)
            Input(x + column * 16, row, t + column * 16, 96);
        for (int line = 0; line < 6; line++)
            Input(t + line * 96, 16, v + line * 6 * step, step);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WinogradOutput(float* m, nint step, in WinogradTile tile)
    {
        float* space = stackalloc float[24 * 16 + 16];
        float* t = (float*)(((nint)space + 63) & ~(nint)63);
        for (int column = 0; column < 6; column++)
        {
            Combine(m + column * step, 6 * step, out T y0, out T y1, out T y2, out T y3);
            y0.Store(t + column * 16);
            y1.Store(t + 96 + column * 16);
            y2.Store(t + 192 + column * 16);
            y3.Store(t + 288 + column * 16);
        }
        T bias = T.Load(tile.Bias), low = T.Create(tile.Low), high = T.Create(tile.High);
        float* to = tile.Y;
        float* residual = tile.Residual;
        int columns = tile.Columns;
        for (int line = 0; line < tile.Rows; line++)
        {
            Combine(t + line * 96, 16, out T y0, out T y1, out T y2, out T y3);
            y0 += bias;
            y1 += bias;
            y2 += bias;
            y3 += bias;
            if (residual != null)
            {
                y0 += T.Load(residual);
                if (columns > 1)
                    y1 += T.Load(residual + 16);
                if (columns > 2)
                    y2 += T.Load(residual + 32);
                if (columns > 3)
                    y3 += T.Load(residual + 48);
                residual += tile.ResidualRow;
            }
            T.Clip(y0, low, high).Store(to);
            if (columns > 1)
                T.Clip(y1, low, high).Store(to + 16);
            if (columns > 2)
                T.Clip(y2, low, high).Store(to + 32);
            if (columns > 3)
                T.Clip(y3, low, high).Store(to + 48);
            to += tile.YRow;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SmallWinogradInput(float* x, nint row, float* v, nint step)
    {
        float* space = stackalloc float[16 * 16 + 16];
        float* t = (float*)(((nint)space + 63) & ~(nint)63);
        for (int column = 0; column < 4; column++)
            SmallInput(x + column * 16, row, t + column * 16, 64);
        for (int line = 0; line < 4; line++)
            SmallInput(t + line * 64, 16, v + line * 4 * step, step);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SmallWinogradOutput(float* m, nint step, in WinogradTile tile)
    {
        T bias = T.Load(tile.Bias), low = T.Create(tile.Low), high = T.Create(tile.High);
        T top0 = bias, top1 = bias, bottom0 = bias, bottom1 = bias;
        for (int column = 0; column < 4; column++, m += step)
        {
            T m1 = T.Load(m + 4 * step), m2 = T.Load(m + 8 * step);
            T top = T.Load(m) + m1 + m2, bottom = m1 - m2 - T.Load(m + 12 * step);
            if (column < 3)
            {
                top0 += top;
                bottom0 += bottom;
            }
            if (column == 1)
            {
                top1 += top;
                bottom1 += bottom;
            }
            else if (column > 1)
            {
                top1 -= top;
                bottom1 -= bottom;
            }
        }
        Pair(top0, top1, tile.Columns, tile.Y, tile.Residual, low, high);
        if (tile.Rows > 1)
            Pair(bottom0, bottom1, tile.Columns, tile.Y + tile.YRow, tile.Residual == null ? null : tile.Residual + tile.ResidualRow, low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(T y0, T y1, int columns, float* to, float* residual, T low, T high)
    {
        if (residual != null)
            y0 += T.Load(residual);
        T.Clip(y0, low, high).Store(to);
        if (columns < 2)
            return;
        if (residual != null)
            y1 += T.Load(residual + 16);
        T.Clip(y1, low, high).Store(to + 16);
    }

    /// <summary>d = Bᵀ · x for one line of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SmallInput(float* x, nint step, float* d, nint to)
    {
        T x0 = T.Load(x), x1 = T.Load(x + step), x2 = T.Load(x + 2 * step), x3 = T.Load(x + 3 * step);
        (x0 - x2).Store(d);
        (x1 + x2).Store(d + to);
        (x2 - x1).Store(d + 2 * to);
        (x1 - x3).Store(d + 3 * to);
    }

    /// <summary>d = Bᵀ · x for one line of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(float* x, nint step, float* d, nint to)
    {
        T x0 = T.Load(x), x1 = T.Load(x + step), x2 = T.Load(x + 2 * step), x3 = T.Load(x + 3 * step), x4 = T.Load(x + 4 * step), x5 = T.Load(x + 5 * step);
        T minus4 = T.Create(-4), minus5 = T.Create(-5), four = T.Create(4), two = T.Create(2);
        T a = T.MultiplyAdd(minus4, x2, x4), b = T.MultiplyAdd(minus4, x1, x3), c = x4 - x2, e = (x3 - x1) * two;
        T.MultiplyAdd(four, x0, T.MultiplyAdd(minus5, x2, x4)).Store(d);
        (a + b).Store(d + to);
        (a - b).Store(d + 2 * to);
        (c + e).Store(d + 3 * to);
        (c - e).Store(d + 4 * to);
        T.MultiplyAdd(four, x1, T.MultiplyAdd(minus5, x3, x5)).Store(d + 5 * to);
    }

    /// <summary>y = Aᵀ · m for one line of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine(float* m, nint step, out T y0, out T y1, out T y2, out T y3)
    {
        T m1 = T.Load(m + step), m2 = T.Load(m + 2 * step), m3 = T.Load(m + 3 * step), m4 = T.Load(m + 4 * step);
        T a = m1 + m2, b = m1 - m2, c = m3 + m4, e = m3 - m4;
        y0 = T.Load(m) + a + c;
        y1 = T.MultiplyAdd(T.Create(2), e, b);
        y2 = T.MultiplyAdd(T.Create(4), c, a);
        y3 = T.MultiplyAdd(T.Create(8), e, b) + T.Load(m + 5 * step);
    }
}
