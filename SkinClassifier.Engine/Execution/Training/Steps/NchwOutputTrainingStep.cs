namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A step that reads a blocked value plane by plane and makes one in NCHW.</summary>
internal abstract unsafe class NchwOutputTrainingStep(BlockedContext context, BlockedValue input) : PlaneTrainingStep(context, input, 1)
{
    /// <inheritdoc/>
    public override BlockedValue? Makes => null;

    /// <inheritdoc/>
    public override IReadOnlyList<BlockedValue> Reads => [Input];

    /// <inheritdoc/>
    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    /// <summary>What the step reads.</summary>
    protected BlockedValue Input => Planes;

    /// <summary>Whether the gradient of the input holds something already.</summary>
    protected bool Adds { get; private set; }

    /// <inheritdoc/>
    public override void PlanGradients(GradientPlan plan) => Adds = plan.Claim(Input);
}
