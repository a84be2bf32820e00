using System.Buffers;

namespace SkinClassifier.Calibration;

/// <summary>
/// The score of RAPS for every class: the sum of the probabilities of all classes that are at least as probable, itself included, plus λ for each rank below
/// the free ones. Of equal probabilities the first class ranks higher, so that nothing is random. Allocates nothing.
/// </summary>
internal static class RankedSum
{
    private const int OnStack = 256;

    /// <summary>Writes the score of each class.</summary>
    /// <param name="scores">Probabilities [K], 0 or more.</param>
    /// <param name="regularization">λ.</param>
    /// <param name="freeRanks">k_reg.</param>
    /// <param name="sums">Gets the scores [K].</param>
    public static void Write(ReadOnlySpan<float> scores, double regularization, int freeRanks, Span<double> sums)
    {
        ulong[]? rented = scores.Length > OnStack ? ArrayPool<ulong>.Shared.Rent(scores.Length) : null;
        Span<ulong> order = (rented ?? stackalloc ulong[OnStack])[..scores.Length];
        // The bits of floats of 0 or more are ordered as the floats; inverted, the most probable class comes first, and of equal ones the first.
        for (int c = 0; c < scores.Length; c++)
            order[c] = (ulong)~BitConverter.SingleToUInt32Bits(Math.Max(scores[c], 0f)) << 32 | (uint)c;
        order.Sort();
        double sum = 0;
        for (int rank = 1; rank <= order.Length; rank++)
        {
            int c = (int)(uint)order[rank - 1];
            sum += scores[c];
            sums[c] = sum + regularization * Math.Max(0, rank - freeRanks);
        }
        if (rented is not null)
            ArrayPool<ulong>.Shared.Return(rented);
    }
}
