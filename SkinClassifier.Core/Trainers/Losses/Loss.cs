namespace SkinClassifier.Trainers.Losses;

/// <summary>
/// A loss of a batch and its gradient with respect to the raw scores (logits). Targets are distributions over classes, so that
/// mixed images need nothing special; a plain label is a row with a single 1.
/// The mean is weighted: L = Σₙ lₙ / Σₙ Σ_c t[n,c]·w_c with class weights w (PyTorch's reduction "mean").
/// </summary>
internal abstract class Loss
{
    /// <summary>Added to the scores of each class before the loss is computed [K]; empty: nothing. It has no part in the finished network.</summary>
    public float[] Offsets { get; init; } = [];

    /// <summary>How many outputs the network needs for <paramref name="classes"/> classes.</summary>
    public virtual int OutputCount(int classes) => classes;

    /// <summary>Computes the mean loss and its gradient.</summary>
    /// <param name="scores">Raw scores [N, outputs].</param>
    /// <param name="targets">Target distributions [N, K], each row sums to 1.</param>
    /// <param name="classes">K.</param>
    /// <param name="classWeights">Weight of each class [K], or empty for 1.</param>
    /// <param name="gradient">Receives dL/dscores [N, outputs]; empty when not wanted.</param>
    /// <returns>The mean loss; NaN when a score is NaN.</returns>
    public double Compute(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, int classes, ReadOnlySpan<float> classWeights, Span<float> gradient)
    {
        int outputs = OutputCount(classes), count = targets.Length / classes;
        if (scores.Length != count * outputs || targets.Length != count * classes)
            throw new ArgumentException(
                $"{GetType().Name}: expected scores [{count},{outputs}] for targets [{count},{classes}], received {scores.Length} scores.", nameof(scores));
        Span<double> weights = classes <= 256 ? stackalloc double[classes] : new double[classes];
        for (int c = 0; c < classes; c++)
            weights[c] = classWeights.IsEmpty ? 1 : classWeights[c];
        double mass = 0;
        for (int n = 0; n < count; n++)
            for (int c = 0; c < classes; c++)
                mass += targets[n * classes + c] * weights[c];
        double scale = mass > 0 ? 1 / mass : 0, total = 0;
        Span<float> shifted = Offsets.Length <= 256 ? stackalloc float[Offsets.Length] : new float[Offsets.Length];
        Span<double> slope = outputs <= 256 ? stackalloc double[outputs] : new double[outputs];
        for (int n = 0; n < count; n++)
        {
            slope.Clear();
            scoped ReadOnlySpan<float> row = scores.Slice(n * outputs, outputs);
            if (Offsets.Length == outputs)
            {
                System.Numerics.Tensors.TensorPrimitives.Add(row, Offsets, shifted);
                row = shifted;
            }
            total += Row(row, targets.Slice(n * classes, classes), weights, slope);
            if (!gradient.IsEmpty)
                for (int j = 0; j < outputs; j++)
                    gradient[n * outputs + j] = (float)(slope[j] * scale);
        }
        return total * scale;
    }

    /// <summary>Turns raw scores [N, outputs] into class logits [N, K] whose softmax are the probabilities.</summary>
    public virtual void ToLogits(ReadOnlySpan<float> scores, int classes, Span<float> logits) => scores.CopyTo(logits);

    /// <summary>Weighted loss of one example, not yet divided; <paramref name="slope"/> is zero on entry and receives its derivative by each score.</summary>
    protected abstract double Row(ReadOnlySpan<float> scores, ReadOnlySpan<float> target, ReadOnlySpan<double> weights, Span<double> slope);

    /// <summary>log softmax of one row, stable: z − max − log Σ exp(z − max).</summary>
    internal static void LogSoftmax(ReadOnlySpan<float> scores, Span<double> result)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (float z in scores)
            max = Math.Max(max, z);
        foreach (float z in scores)
            sum += Math.Exp(z - max);
        double shift = max + Math.Log(sum);
        for (int j = 0; j < scores.Length; j++)
            result[j] = scores[j] - shift;
    }

    /// <summary>Creates the loss of the given kind.</summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="labelSmoothing">0 to below 1; used by <see cref="LossKind.CrossEntropy"/> and <see cref="LossKind.Binary"/>.</param>
    /// <param name="focalGamma">Exponent of <see cref="LossKind.Focal"/>.</param>
    /// <param name="offsets">See <see cref="Offsets"/>.</param>
    public static Loss Create(LossKind kind, double labelSmoothing = 0, double focalGamma = 2, float[]? offsets = null) => kind switch
    {
        LossKind.CrossEntropy => new SoftmaxCrossEntropy(labelSmoothing) { Offsets = offsets ?? [] },
        LossKind.Binary => new SigmoidCrossEntropy(labelSmoothing),
        LossKind.Hinge => new MultiClassHinge(),
        LossKind.BinaryHinge => new BinaryHinge(),
        LossKind.Focal => new FocalLoss(focalGamma) { Offsets = offsets ?? [] },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown loss."),
    };
}
