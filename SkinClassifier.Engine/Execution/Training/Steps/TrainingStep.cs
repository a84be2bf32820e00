namespace SkinClassifier.Execution.Training.Steps;

/// <summary>One or several nodes that run as one piece of a training step.</summary>
internal abstract class TrainingStep : IDisposable
{
    /// <summary>What and where, for profiles.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether an input wants a gradient and the output gets one.</summary>
    public abstract bool NeedsBackward { get; }

    /// <summary>Computes the outputs; <paramref name="iteration"/> seeds Dropout.</summary>
    public abstract void Forward(long iteration);

    /// <summary>Adds to the gradients of the inputs.</summary>
    public abstract void Backward();

    /// <summary>Gradients of parameters as sums over slices, where processes share a batch; null: there are none, or one process has all images.</summary>
    public virtual SliceSums? Sums => null;

    /// <summary>Sets <see cref="Sums"/> to what is there before the first slice.</summary>
    public virtual void BeginSums() => Sums!.Values.Span.Clear();

    /// <summary>Adds <see cref="Sums"/>, which now are those of the whole batch, to the gradients of the parameters.</summary>
    public virtual void FinishSums()
    {
    }

    /// <summary>Frees memory of its own.</summary>
    public virtual void Dispose()
    {
    }
}
