using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Gives the batches of an epoch in an order that follows from the seed, the epoch and the losses of the epochs before alone.</summary>
internal abstract class BatchSource : IDisposable
{
    /// <summary>Shape of one batch of inputs, batch axis first.</summary>
    public abstract TensorShape InputShape { get; }

    /// <summary>Examples per batch.</summary>
    public int BatchSize => InputShape[0];

    /// <summary>Number of classes K.</summary>
    public abstract int Classes { get; }

    /// <summary>Full batches of the epoch that <see cref="BeginEpoch"/> began, before of a whole epoch; at least 1.</summary>
    public abstract int StepsPerEpoch { get; }

    /// <summary>Starts epoch <paramref name="epoch"/> (0-based) at batch <paramref name="firstBatch"/>.</summary>
    public abstract void BeginEpoch(int epoch, int firstBatch = 0);

    /// <summary>Fills the next batch; false when the epoch has no full batch left.</summary>
    /// <param name="input">Receives the inputs, <see cref="InputShape"/>.</param>
    /// <param name="targets">Receives the target distributions [N,K], each times what its example counts.</param>
    public abstract bool Next(Span<float> input, Span<float> targets);

    /// <summary>Which examples the batch last given holds; empty where they have no numbers.</summary>
    public virtual ReadOnlySpan<int> Indices => [];

    /// <inheritdoc/>
    public virtual void Dispose() { }
}
