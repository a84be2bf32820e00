namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A step that reads a blocked value plane by plane and makes a plain one: one chunk is one block of 16 channels of one image.</summary>
internal abstract unsafe class NchwOutputTrainingStep : BlockedTrainingStep
{
    /// <summary>Pixels that are worked on at a time, so that they stay in the cache.</summary>
    protected const int Part = 512;

    private readonly WorkerIndexedJob _forward, _backward;

    /// <summary>Prepares a step that reads <paramref name="input"/> with room for one part of a plane per thread.</summary>
    protected NchwOutputTrainingStep(BlockedContext context, BlockedValue input) : base(context)
    {
        Input = input;
        _forward =
            new WorkerIndexedJob((chunk, workerIndex) => ForwardPlane(chunk / Input.Stored.Blocks, chunk % Input.Stored.Blocks, Context.Scratch(workerIndex)));
        _backward = new WorkerIndexedJob((chunk, workerIndex) => BackwardPlane(chunk / Input.Stored.Blocks, chunk % Input.Stored.Blocks));
        context.Reserve(Part * 16, 0, 0);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockedValue> Reads => [Input];

    /// <inheritdoc/>
    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    /// <inheritdoc/>
    public override bool NeedsBackward => Input.NeedsGradient;

    /// <summary>What the step reads.</summary>
    protected BlockedValue Input { get; }

    /// <summary>Whether the gradient of the input holds something already.</summary>
    protected bool Adds { get; private set; }

    /// <inheritdoc/>
    public override void PlanGradients(GradientPlan plan) => Adds = plan.Claim(Input);

    /// <inheritdoc/>
    public override void Forward(long iteration) => Context.Workers.Run(Input.Stored.Images * Input.Stored.Blocks, _forward);

    /// <inheritdoc/>
    public override void Backward() => Context.Workers.Run(Input.Stored.Images * Input.Stored.Blocks, _backward);

    /// <summary>Reads one plane of the input.</summary>
    protected abstract void ForwardPlane(int image, int block, float* scratch);

    /// <summary>Gives one plane of the input its gradient.</summary>
    protected abstract void BackwardPlane(int image, int block);
}
