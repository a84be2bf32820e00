namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A step on values in blocks of 16 channels.</summary>
internal abstract class BlockedTrainingStep(BlockedContext context) : TrainingStep
{
    /// <summary>Threads, kernels and scratch memory.</summary>
    protected BlockedContext Context { get; } = context;

    /// <summary>Blocked values that <see cref="TrainingStep.Forward"/> reads.</summary>
    public virtual IReadOnlyList<BlockedValue> Reads => [];

    /// <summary>The blocked value that <see cref="TrainingStep.Forward"/> makes, if any.</summary>
    public virtual BlockedValue? Makes => null;

    /// <summary>Blocked values that <see cref="TrainingStep.Backward"/> reads, besides <see cref="Makes"/> where that has a map.</summary>
    public virtual IReadOnlyList<BlockedValue> BackwardReads => Reads;

    /// <summary>Whether making <see cref="Makes"/> twice costs next to nothing beside what it takes to keep it.</summary>
    public virtual bool IsCheap => false;

    /// <summary>Makes <see cref="Makes"/> of the last forward pass once more, bit for bit.</summary>
    public virtual void ForwardAgain() => Forward(0);

    /// <summary>
    /// Makes <see cref="TrainingStep.Backward"/> sum up the gradient of <paramref name="value"/> as it writes it, for the normalization folded into it;
    /// null when it cannot. Asked of the step that writes the gradient last.
    /// </summary>
    public virtual GradientSums? TakeSums(BlockedValue value) => null;

    /// <summary>Copies pixels of a gradient or adds them.</summary>
    protected unsafe void Put(float* from, float* to, int count, bool add)
    {
        if (add)
            Context.Kernels.AddStrided(from, to, 16, count);
        else
            new Span<float>(from, count * 16).CopyTo(new Span<float>(to, count * 16));
    }

    /// <summary>Claims the gradients that <see cref="TrainingStep.Backward"/> writes. Called in backward order, once.</summary>
    public abstract void PlanGradients(GradientPlan plan);
}
