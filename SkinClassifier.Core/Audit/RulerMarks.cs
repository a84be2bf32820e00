using System.Buffers;
using System.Numerics.Tensors;

namespace SkinClassifier.Audit;

/// <summary>Finds the marks of a ruler: lines along an edge on which dark ticks follow each other at one distance.</summary>
internal static class RulerMarks
{
    private const int MaxSamples = 320, Depths = 24;
    private const float DepthStep = 0.009f, ShortestTick = 0.018f, LongestTick = 0.09f, LeastDeviation = 6, Between = 0.3f;

    /// <summary>How regular the most regular edge is, −1 to 1.</summary>
    public static float Of(ReadOnlySpan<byte> pixels, int width, int height)
    {
        if (Math.Min(width, height) < 48)
            return 0;
        float best = 0;
        float[] profile = ArrayPool<float>.Shared.Rent(MaxSamples), sums = ArrayPool<float>.Shared.Rent(MaxSamples + 1);
        for (int edge = 0; edge < 4; edge++)
        {
            bool isRow = edge < 2, isFar = edge % 2 == 1;
            (float Score, int Lag) before = default;
            for (int depth = 0; depth < Depths; depth++)
            {
                (float Score, int Lag) now = Line(pixels, width, height, isRow, isFar, (0.5f + depth) * DepthStep, profile, sums);
                if (Math.Abs(now.Lag - before.Lag) <= Math.Max(1, now.Lag / 10))
                    best = Math.Max(best, Math.Min(now.Score, before.Score));
                before = now;
            }
        }
        ArrayPool<float>.Shared.Return(profile);
        ArrayPool<float>.Shared.Return(sums);
        return best;
    }

    private static (float Score, int Lag) Line(ReadOnlySpan<byte> pixels, int width, int height, bool isRow, bool isFar, float depth, float[] profile,
        float[] sums)
    {
        int side = Math.Min(width, height), length = isRow ? width : height, across = isRow ? height : width;
        int line = Math.Min(across - 1, (int)(depth * side)), stride = Math.Max(1, (length + MaxSamples - 1) / MaxSamples), count = length / stride;
        if (isFar)
            line = across - 1 - line;
        for (int s = 0; s < count; s++)
        {
            int sum = 0;
            for (int k = 0; k < stride; k++)
            {
                int at = 3 * (isRow ? line * width + s * stride + k : (s * stride + k) * width + line);
                sum += 299 * pixels[at] + 587 * pixels[at + 1] + 114 * pixels[at + 2];
            }
            profile[s] = sum / (1000f * stride);
        }
        float scale = (float)side / stride;
        int shortest = Math.Max(4, (int)(ShortestTick * scale)), longest = (int)(LongestTick * scale);
        if (longest < shortest || count < 4 * shortest)
            return default;
        Span<float> values = profile.AsSpan(0, count), squares = sums.AsSpan(0, count + 1);
        Detrend(values, longest, sums);
        squares[0] = 0;
        for (int i = 0; i < count; i++)
            squares[i + 1] = squares[i] + values[i] * values[i];
        if (squares[count] < LeastDeviation * LeastDeviation * count)
            return default;
        (float Score, int Lag) best = default;
        float previous = Correlation(values, squares, shortest - 1), here = Correlation(values, squares, shortest);
        for (int lag = shortest; lag <= longest && 3 * lag < count; lag++)
        {
            float next = Correlation(values, squares, lag + 1);
            if (here >= previous && here >= next && here > best.Score)
            {
                float twice = Math.Max(Correlation(values, squares, 2 * lag),
                    Math.Max(Correlation(values, squares, 2 * lag - 1), Correlation(values, squares, 2 * lag + 1)));
                float score = Math.Min(here, twice);
                if (score > best.Score && Correlation(values, squares, lag / 2) < Between * score)
                    best = (score, lag);
            }
            (previous, here) = (here, next);
        }
        return best;
    }

    /// <summary>Subtracts the mean of the values around each.</summary>
    private static void Detrend(Span<float> values, int reach, float[] sums)
    {
        sums[0] = 0;
        for (int i = 0; i < values.Length; i++)
            sums[i + 1] = sums[i] + values[i];
        for (int i = 0; i < values.Length; i++)
        {
            int from = Math.Max(0, i - reach), to = Math.Min(values.Length, i + reach + 1);
            values[i] -= (sums[to] - sums[from]) / (to - from);
        }
    }

    /// <summary>Of the values with themselves <paramref name="lag"/> further on; <paramref name="squares"/> has the sums of the first squares.</summary>
    private static float Correlation(ReadOnlySpan<float> values, ReadOnlySpan<float> squares, int lag)
    {
        int shared = values.Length - lag;
        float product = TensorPrimitives.Dot(values[..shared], values[lag..]), energy = squares[shared] * (squares[values.Length] - squares[lag]);
        return product / MathF.Sqrt(Math.Max(1e-6f, energy));
    }
}
