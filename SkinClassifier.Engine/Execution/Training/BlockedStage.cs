namespace SkinClassifier.Execution.Training;

/// <summary>A stage on values in blocks of 16 channels.</summary>
internal abstract class BlockedStage(BlockedContext context) : TrainingStage
{
    /// <summary>Threads, kernels and scratch memory.</summary>
    protected BlockedContext Context { get; } = context;

    /// <summary>Blocked values that <see cref="TrainingStage.Forward"/> reads.</summary>
    public virtual IReadOnlyList<BlockedValue> Reads => [];

    /// <summary>The blocked value that <see cref="TrainingStage.Forward"/> makes, if any.</summary>
    public virtual BlockedValue? Makes => null;

    /// <summary>Blocked values that <see cref="TrainingStage.Backward"/> reads, besides <see cref="Makes"/> where that has a map.</summary>
    public virtual IReadOnlyList<BlockedValue> BackwardReads => Reads;

    /// <summary>Makes <see cref="Makes"/> of the last forward pass once more, bit for bit.</summary>
    public virtual void ForwardAgain() => Forward(0);

    /// <summary>
    /// Makes <see cref="TrainingStage.Backward"/> sum up the gradient of <paramref name="value"/> as it writes it, for the normalization folded into it;
    /// null when it cannot. Asked of the stage that writes the gradient last.
    /// </summary>
    public virtual GradientSums? TakeSums(BlockedValue value) => null;

    /// <summary>Claims the gradients that <see cref="TrainingStage.Backward"/> writes. Called in backward order, once.</summary>
    public abstract void PlanGradients(GradientPlan plan);
}
