namespace SkinClassifier.Trainers;

/// <summary>Loss weights of classes from their counts.</summary>
internal static class ClassWeights
{
    /// <summary>
    /// log(share of the class) [K] for <see cref="ClassBalance.LogitAdjustment"/>, else empty; a class without images counts as one with one.
    /// </summary>
    public static float[] Offsets(ClassBalance balance, ReadOnlySpan<int> counts)
    {
        if (balance != ClassBalance.LogitAdjustment)
            return [];
        float[] offsets = new float[counts.Length];
        double total = 0;
        foreach (int count in counts)
            total += Math.Max(count, 1);
        for (int c = 0; c < offsets.Length; c++)
            offsets[c] = (float)Math.Log(Math.Max(counts[c], 1) / total);
        return offsets;
    }

    /// <summary>Weights [K]; a class without images gets the weight of a class with one. All 1 for the kinds that work on sampling instead.</summary>
    public static float[] Compute(ClassBalance balance, ReadOnlySpan<int> counts)
    {
        const double Beta = 0.9999;
        double[] weights = new double[counts.Length];
        double mean = 0;
        foreach (int count in counts)
            mean += (double)count / counts.Length;
        for (int c = 0; c < weights.Length; c++)
        {
            int count = Math.Max(counts[c], 1);
            weights[c] = balance switch
            {
                ClassBalance.Weights => mean / count,
                ClassBalance.SqrtWeights => Math.Sqrt(mean / count),
                ClassBalance.EffectiveNumber => (1 - Beta) / (1 - Math.Pow(Beta, count)),
                _ => 1,
            };
        }
        if (balance == ClassBalance.EffectiveNumber)
        {
            double sum = 0;
            foreach (double weight in weights)
                sum += weight;
            for (int c = 0; c < weights.Length; c++)
                weights[c] *= weights.Length / sum;
        }
        return [.. weights.Select(w => (float)w)];
    }
}
