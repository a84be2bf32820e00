using System.Numerics;
using System.Runtime.InteropServices;
using SkinClassifier.Common;

namespace SkinClassifier.Graphs.Operators;

/// <summary>The few loops over contiguous rows that the operators share, and work cut into fixed pieces.</summary>
internal static class Rows
{
    /// <summary>Elements in one piece of element-wise work; independent of the thread count.</summary>
    public const int Piece = 16384;

    /// <summary>Runs <paramref name="work"/>(start, count) over pieces of <see cref="Piece"/> elements.</summary>
    public static void Run(WorkerPool workers, int length, Action<int, int> work)
    {
        if (length <= Piece)
        {
            if (length > 0)
                work(0, length);
            return;
        }
        workers.Run((length + Piece - 1) / Piece, piece => work(piece * Piece, Math.Min(Piece, length - piece * Piece)));
    }

    /// <summary>Runs <paramref name="work"/>(first row, row behind the last) over groups of rows of about <see cref="Piece"/> elements.</summary>
    public static void RunGroups(WorkerPool workers, int rows, int rowLength, Action<int, int> work)
    {
        int group = Math.Max(1, Piece / Math.Max(1, rowLength));
        workers.Run((rows + group - 1) / group, chunk => work(chunk * group, Math.Min(rows, (chunk + 1) * group)));
    }

    /// <summary>y += factor · x.</summary>
    public static void AddScaled(float factor, ReadOnlySpan<float> x, Span<float> y)
    {
        y = y[..x.Length];
        ReadOnlySpan<Vector<float>> xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        Vector<float> f = new(factor);
        for (int i = 0; i < ys.Length; i++)
            ys[i] += f * xs[i];
        for (int i = ys.Length * Vector<float>.Count; i < y.Length; i++)
            y[i] += factor * x[i];
    }

    /// <summary>y += x.</summary>
    public static void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        y = y[..x.Length];
        ReadOnlySpan<Vector<float>> xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        for (int i = 0; i < ys.Length; i++)
            ys[i] += xs[i];
        for (int i = ys.Length * Vector<float>.Count; i < y.Length; i++)
            y[i] += x[i];
    }

    /// <summary>Σ x · y: partial sums per lane, the tail last.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        y = y[..x.Length];
        ReadOnlySpan<Vector<float>> xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        ReadOnlySpan<Vector<float>> ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < ys.Length; i++)
            sums += xs[i] * ys[i];
        float sum = Vector.Sum(sums);
        for (int i = ys.Length * Vector<float>.Count; i < y.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>Σ x in double precision: eight partial sums, whatever the vector width, the tail in the first.</summary>
    public static double Sum(ReadOnlySpan<float> x)
    {
        double a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        int i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            ReadOnlySpan<float> eight = x.Slice(i, 8);
            a += eight[0];
            b += eight[1];
            c += eight[2];
            d += eight[3];
            e += eight[4];
            f += eight[5];
            g += eight[6];
            h += eight[7];
        }
        for (; i < x.Length; i++)
            a += x[i];
        return (a + b) + (c + d) + ((e + f) + (g + h));
    }

    /// <summary>Position of the first largest element among x[offset], x[offset + stride], …; NaN counts as largest.</summary>
    public static int Largest(ReadOnlySpan<float> x, int stride, int offset)
    {
        int best = offset;
        for (int i = offset; i < x.Length; i += stride)
            if (x[i] > x[best] || (float.IsNaN(x[i]) && !float.IsNaN(x[best])))
                best = i;
        return best;
    }
}
