using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// Partial sums for mean and variance per channel: for every chunk and block 16 pivots, 16 Σ (z − pivot), 16 Σ (z − pivot)².
/// The pivot is the chunk's first pixel, so that nothing cancels when the mean is far from 0.
/// </summary>
internal sealed unsafe class ChannelStatistics(int[] counts, int blocks) : IDisposable
{
    private readonly NativeBuffer _partial = new((long)counts.Length * blocks * 48);

    /// <summary>Takes <paramref name="count"/> pixels that make up chunk <paramref name="chunk"/> or its next part.</summary>
    public void Take(GradientKernels kernels, int chunk, int block, float* z, nint count, bool first)
    {
        float* partial = Partial(chunk, block);
        if (first)
        {
            new Span<float>(z, 16).CopyTo(new Span<float>(partial, 16));
            new Span<float>(partial + 16, 32).Clear();
        }
        kernels.PivotedSums(z, count, partial, partial + 16);
    }

    /// <summary>Mean and population variance of channel <paramref name="lane"/> of a block, chunks added in order.</summary>
    public (double Mean, double Variance) Combine(int block, int lane)
    {
        Span<double> moments = stackalloc double[3];
        moments.Clear();
        GoOn(block, lane, moments);
        return Result(moments);
    }

    /// <summary>Mean and population variance from count, mean and sum of squared distances.</summary>
    public static (double Mean, double Variance) Result(ReadOnlySpan<double> moments) => (moments[1], Math.Max(moments[2] / moments[0], 0));

    /// <summary>Adds the chunks to count, mean and sum of squared distances of what comes before them.</summary>
    public void GoOn(int block, int lane, Span<double> moments)
    {
        (double total, double mean, double squares) = (moments[0], moments[1], moments[2]);
        for (int chunk = 0; chunk < counts.Length; chunk++)
        {
            float* partial = Partial(chunk, block) + lane;
            double count = counts[chunk], sum = partial[16], ownMean = partial[0] + sum / count, ownSquares = partial[32] - sum * sum / count;
            double distance = ownMean - mean, sumOfCounts = total + count;
            mean += distance * count / sumOfCounts;
            squares += ownSquares + distance * distance * total * count / sumOfCounts;
            total = sumOfCounts;
        }
        (moments[0], moments[1], moments[2]) = (total, mean, squares);
    }

    /// <inheritdoc/>
    public void Dispose() => _partial.Dispose();

    private float* Partial(int chunk, int block) => _partial.Pointer + ((nint)chunk * blocks + block) * 48;
}
