namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A step that works plane by plane: one chunk is one block of 16 channels of one image.</summary>
internal abstract unsafe class PlaneTrainingStep : BlockedTrainingStep
{
    /// <summary>Pixels that are worked on at a time, so that they stay in the cache.</summary>
    protected const int Part = 512;

    private readonly WorkerIndexedJob _forward, _backward;
    private readonly int _blocks, _chunks;

    /// <summary>
    /// Prepares a step over <paramref name="planes"/>, with room for <paramref name="parts"/> parts of a plane per thread. They are what it makes,
    /// unless it overrides <see cref="Makes"/>.
    /// </summary>
    protected PlaneTrainingStep(BlockedContext context, BlockedValue planes, int parts) : base(context)
    {
        Planes = planes;
        (_blocks, _chunks) = (planes.Stored.Blocks, planes.Stored.Images * planes.Stored.Blocks);
        _forward = new WorkerIndexedJob((chunk, workerIndex) => ForwardPlane(chunk / _blocks, chunk % _blocks, Context.Scratch(workerIndex)));
        _backward = new WorkerIndexedJob((chunk, workerIndex) => BackwardPlane(chunk / _blocks, chunk % _blocks, Context.Scratch(workerIndex)));
        context.Reserve(Part * 16L * parts, 0, 0);
    }

    /// <inheritdoc/>
    public override BlockedValue? Makes => Planes;

    /// <inheritdoc/>
    public override bool NeedsBackward => Planes.NeedsGradient;

    /// <summary>The value whose planes are the chunks.</summary>
    protected BlockedValue Planes { get; }

    /// <summary>What the step makes.</summary>
    protected BlockedValue Output => Planes;

    /// <inheritdoc/>
    public override void Forward(long iteration) => Context.RunImages(_chunks, _forward);

    /// <inheritdoc/>
    public override void Backward() => Context.RunImages(_chunks, _backward);

    /// <summary>Computes what belongs to one plane.</summary>
    protected abstract void ForwardPlane(int image, int block, float* scratch);

    /// <summary>Computes the gradients that belong to one plane.</summary>
    protected abstract void BackwardPlane(int image, int block, float* scratch);

    /// <summary>Zeros in the lanes behind the last channel of a block.</summary>
    protected void ClearUnused(int block, float* pixels, int count)
    {
        int lanes = Output.Stored.Lanes(block);
        if (lanes == 16)
            return;
        for (int i = 0; i < count; i++)
            new Span<float>(pixels + i * 16 + lanes, 16 - lanes).Clear();
    }
}
