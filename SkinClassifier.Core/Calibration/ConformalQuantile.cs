namespace SkinClassifier.Calibration;

/// <summary>
/// The finite-sample quantile of split conformal prediction: of n calibration scores and one more score that is exchangeable with them, the new one is at most
/// the ⌈(n+1)(1−α)⌉-th smallest with a probability of at least 1 − α (Vovk, Gammerman and Shafer, Algorithmic learning in a random world, 2005).
/// </summary>
internal static class ConformalQuantile
{
    /// <summary>Rank ⌈(n+1)(1−α)⌉, 1-based; n + 1 where no finite limit is enough.</summary>
    /// <remarks>In decimal arithmetic: with n = 9 and α = 0.1 the rank is 9; in binary, 10 · (1 − 0.1) may come out as slightly more than 9.</remarks>
    public static int Rank(int count, double alpha)
    {
        decimal rank = Math.Ceiling((count + 1) * (1 - (decimal)alpha));
        return (int)Math.Clamp(rank, 1, count + 1);
    }

    /// <summary>The limit of the scores; infinite, every score is in, where there are too few of them.</summary>
    /// <param name="scores">Nonconformity scores, any order; sorted in place.</param>
    /// <param name="alpha">α, above 0 to below 1.</param>
    public static double Of(Span<double> scores, double alpha)
    {
        int rank = Rank(scores.Length, alpha);
        if (rank > scores.Length)
            return double.PositiveInfinity;
        scores.Sort();
        return scores[rank - 1];
    }
}
