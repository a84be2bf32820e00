using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Batches of rows of a feature table [N,F].</summary>
internal sealed class FeatureBatches : BatchSource
{
    private readonly float[] _features;
    private readonly int[] _labels;
    private readonly int _length, _classes;
    private readonly EpochOrder _order;
    private int[] _epoch = [];
    private int _next;

    /// <summary>Creates the source. A batch larger than the epoch is cut to it.</summary>
    public FeatureBatches(float[] features, int[] labels, int classes, int batchSize, EpochOrder order)
    {
        _features = features;
        _labels = labels;
        _classes = classes;
        _length = features.Length / labels.Length;
        _order = order;
        InputShape = new TensorShape(Math.Min(batchSize, order.Length), _length);
    }

    /// <inheritdoc/>
    public override TensorShape InputShape { get; }

    /// <inheritdoc/>
    public override int Classes => _classes;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Indices => _epoch.AsSpan(_next - BatchSize, BatchSize);

    /// <inheritdoc/>
    public override int StepsPerEpoch => _order.Length / BatchSize;

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch, int firstBatch = 0)
    {
        _epoch = _order.Of(epoch);
        _next = firstBatch * BatchSize;
    }

    /// <inheritdoc/>
    public override bool Next(Span<float> input, Span<float> targets)
    {
        if (_next + BatchSize > _epoch.Length)
            return false;
        targets.Clear();
        for (int i = 0; i < BatchSize; i++)
        {
            int example = _epoch[_next + i];
            _features.AsSpan(example * _length, _length).CopyTo(input[(i * _length)..]);
            targets[i * _classes + _labels[example]] = 1;
        }
        _next += BatchSize;
        return true;
    }
}
