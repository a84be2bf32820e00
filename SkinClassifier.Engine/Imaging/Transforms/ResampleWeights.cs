using System.Buffers;

namespace SkinClassifier.Imaging.Transforms;

/// <summary>
/// The weights of one direction of a resize: new pixel i is the sum over k &lt; Count(i) of weight[i, k] · source[Start(i) + k] / 2²².
/// The filter is widened by the scale when shrinking, which is the antialiasing; the weights of a pixel add up to one before rounding.
/// Same numbers as Pillow's precompute_coeffs and normalize_coeffs_8bpc. Buffers come from the shared pool. For rows, every weight is also there in two halves
/// of 16 bit (weight = high · 2¹¹ + low), so that one instruction multiplies and adds two taps.
/// </summary>
internal readonly struct ResampleWeights : IDisposable
{
    /// <summary>Fraction bits of a weight: 32 − 8 for the sample − 2 for overshoot and sign.</summary>
    public const int FractionBits = 22;

    /// <summary>Bits of the lower half of a weight.</summary>
    public const int LowBits = 11;

    /// <summary>Taps whose halves stand together: four pairs of upper halves, then four of lower ones.</summary>
    public const int TapsPerGroup = 8;

    private readonly int[]? _buffer;
    private readonly int _pixels, _groups;

    /// <summary>
    /// Weights of pixels <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 when <paramref name="source"/> pixels
    /// become <paramref name="target"/>.
    /// </summary>
    /// <param name="source">Pixels of the source in this direction.</param>
    /// <param name="target">Pixels of the whole result.</param>
    /// <param name="first">First pixel of the result that is wanted.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="filter">Triangle or cubic.</param>
    /// <param name="halves">Whether <see cref="Halves"/> are wanted.</param>
    public ResampleWeights(int source, int target, int first, int count, ResizeFilter filter, bool halves = false)
    {
        double scale = (double)source / target, filterScale = Math.Max(scale, 1.0);
        double support = (filter == ResizeFilter.Cubic ? 2.0 : 1.0) * filterScale;
        Taps = (int)Math.Ceiling(support) * 2 + 1;
        // A pixel never has more taps than the source has pixels; one spare tap of weight 0 allows reading pairs.
        Taps = Math.Min(Taps, source) + 1;
        _pixels = count;
        _groups = halves ? (Taps + TapsPerGroup - 2) / TapsPerGroup : 0;
        _buffer = ArrayPool<int>.Shared.Rent(checked(count * (Taps + 2 + _groups * TapsPerGroup)));
        double[] exact = ArrayPool<double>.Shared.Rent(Taps);
        for (int i = 0; i < count; i++)
        {
            double center = (first + i + 0.5) * scale;
            int start = Math.Max((int)(center - support + 0.5), 0);
            int taps = Math.Min((int)(center + support + 0.5), source) - start;
            double sum = 0;
            for (int k = 0; k < taps; k++)
            {
                double x = (k + start - center + 0.5) * (1.0 / filterScale);
                sum += exact[k] = filter == ResizeFilter.Cubic ? Cubic(x) : Triangle(x);
            }
            Span<int> weights = _buffer.AsSpan(2 * count + i * Taps, Taps);
            weights.Clear();
            for (int k = 0; k < taps; k++)
            {
                double weight = (sum != 0 ? exact[k] / sum : exact[k]) * (1 << FractionBits);
                weights[k] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            _buffer[2 * i] = start;
            _buffer[2 * i + 1] = taps;
            if (halves)
                Split(weights[..taps], _buffer.AsSpan(count * (Taps + 2) + i * _groups * TapsPerGroup, _groups * TapsPerGroup));
        }
        ArrayPool<double>.Shared.Return(exact);
    }

    /// <summary>Room for weights per pixel, at least one more than any pixel uses; unused weights are 0.</summary>
    public int Taps { get; }

    /// <summary>First source pixel of new pixel <paramref name="i"/> (0-based within the window).</summary>
    public int Start(int i) => _buffer![2 * i];

    /// <summary>How many source pixels new pixel <paramref name="i"/> reads.</summary>
    public int Count(int i) => _buffer![2 * i + 1];

    /// <summary>The first source pixel that any new pixel reads, and the one behind the last.</summary>
    public (int First, int End) Range => (Start(0), Start(_pixels - 1) + Count(_pixels - 1));

    /// <summary>The <see cref="Taps"/> weights of new pixel <paramref name="i"/>.</summary>
    public ReadOnlySpan<int> Of(int i) => _buffer.AsSpan(2 * _pixels + i * Taps, Taps);

    /// <summary>
    /// Halves of the weights of new pixel <paramref name="i"/>, in groups of <see cref="TapsPerGroup"/> taps: two upper halves in each of four numbers, the
    /// earlier tap in the lower 16 bits, then the lower halves in four more; taps beyond <see cref="Count"/> are 0.
    /// </summary>
    public ReadOnlySpan<int> Halves(int i) => _buffer.AsSpan(_pixels * (Taps + 2) + i * _groups * TapsPerGroup, _groups * TapsPerGroup);

    /// <summary>Gives the buffer back. Not to be called twice.</summary>
    public void Dispose()
    {
        if (_buffer is not null)
            ArrayPool<int>.Shared.Return(_buffer);
    }

    private static void Split(ReadOnlySpan<int> weights, Span<int> halves)
    {
        halves.Clear();
        for (int k = 0; k < weights.Length; k++)
        {
            int at = k / TapsPerGroup * TapsPerGroup + k % TapsPerGroup / 2, shift = k % 2 * 16;
            halves[at] |= (weights[k] >> LowBits & 0xFFFF) << shift;
            halves[at + TapsPerGroup / 2] |= (weights[k] & (1 << LowBits) - 1) << shift;
        }
    }

    private static double Triangle(double x)
    {
        x = Math.Abs(x);
        return x < 1.0 ? 1.0 - x : 0.0;
    }

    private static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (x < 1.0)
            return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
        return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
    }
}
