namespace SkinClassifier.Common;

/// <summary>
/// Reproducible random numbers: xoshiro256** seeded through SplitMix64 (Blackman and Vigna, 2018).
/// The same seed gives the same sequence on every platform. Not for cryptography.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Starts the sequence of <paramref name="seed"/> and of any further <paramref name="keys"/>, for example epoch and image.</summary>
    public SeededRandom(ulong seed, params ReadOnlySpan<ulong> keys) => Restart(seed, keys);

    /// <summary>Starts again as a new object with the same arguments would, without allocating.</summary>
    public void Restart(ulong seed, params ReadOnlySpan<ulong> keys)
    {
        ulong state = seed;
        foreach (ulong key in keys)
            state = SplitMix(ref state) ^ (key * 0xD1342543DE82EF95UL + 0x2545F4914F6CDD1DUL);
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>An integer in [0, <paramref name="exclusiveMax"/>), each equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is not positive.</exception>
    public int NextInt32(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        ulong range = (ulong)exclusiveMax, limit = ulong.MaxValue - ulong.MaxValue % range;
        ulong bits;
        do
            bits = NextUInt64();
        while (bits >= limit);
        return (int)(bits % range);
    }

    /// <summary>A double in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A float in [0, 1) with 24 random bits.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1 << 24));

    /// <summary>A double in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>A normally distributed number, mean 0, standard deviation 1 (Box–Muller, cosine branch).</summary>
    public double NextGaussian()
    {
        double u = 1.0 - NextDouble(), v = NextDouble();
        return Math.Sqrt(-2.0 * Math.Log(u)) * Math.Cos(2.0 * Math.PI * v);
    }

    /// <summary>Puts <paramref name="values"/> into a random order (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
