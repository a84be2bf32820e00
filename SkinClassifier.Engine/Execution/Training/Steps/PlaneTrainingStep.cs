namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A step whose output is made plane by plane: one chunk is one block of 16 channels of one image.</summary>
internal abstract unsafe class PlaneTrainingStep : BlockedTrainingStep
{
    /// <summary>Pixels that are worked on at a time, so that they stay in the cache.</summary>
    protected const int Part = 512;

    private readonly WorkerIndexedJob _forward, _backward;

    /// <summary>Prepares a step that makes <paramref name="output"/> with room for <paramref name="parts"/> parts of a plane per thread.</summary>
    protected PlaneTrainingStep(BlockedContext context, BlockedValue output, int parts) : base(context)
    {
        Output = output;
        _forward =
            new WorkerIndexedJob((chunk, workerIndex) => ForwardPlane(chunk / Output.Stored.Blocks, chunk % Output.Stored.Blocks, Context.Scratch(workerIndex)));
        _backward =
            new WorkerIndexedJob((chunk, workerIndex) => BackwardPlane(chunk / Output.Stored.Blocks, chunk % Output.Stored.Blocks, Context.Scratch(workerIndex)));
        context.Reserve(Part * 16L * parts, 0, 0);
    }

    /// <inheritdoc/>
    public override BlockedValue? Makes => Output;

    /// <inheritdoc/>
    public override bool NeedsBackward => Output.NeedsGradient;

    /// <summary>What the step makes.</summary>
    protected BlockedValue Output { get; }

    /// <inheritdoc/>
    public override void Forward(long iteration) => Context.Workers.Run(Output.Stored.Images * Output.Stored.Blocks, _forward);

    /// <inheritdoc/>
    public override void Backward() => Context.Workers.Run(Output.Stored.Images * Output.Stored.Blocks, _backward);

    /// <summary>Makes one plane of the output.</summary>
    protected abstract void ForwardPlane(int image, int block, float* scratch);

    /// <summary>Gives one plane of the output's gradient to the inputs.</summary>
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

    /// <summary>Copies pixels of a gradient or adds them.</summary>
    protected void Put(float* from, float* to, int count, bool add)
    {
        if (add)
            Context.Kernels.AddStrided(from, to, 16, count);
        else
            new Span<float>(from, count * 16).CopyTo(new Span<float>(to, count * 16));
    }
}
