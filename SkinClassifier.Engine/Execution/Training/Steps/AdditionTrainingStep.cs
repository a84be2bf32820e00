namespace SkinClassifier.Execution.Training.Steps;

/// <summary>The sum of two values of one shape.</summary>
internal sealed unsafe class AdditionTrainingStep(BlockedContext context, BlockedValue a, BlockedValue b, BlockedValue output)
    : PlaneTrainingStep(context, output, 1)
{
    private readonly ValueMap _identity = new(output.Stored);
    private GradientSums? _sumsA, _sumsB;
    private bool _addA, _addB;

    public override IReadOnlyList<BlockedValue> Reads => [a, b];

    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    public override void PlanGradients(GradientPlan plan)
    {
        _addA = plan.ClaimNeeded(a);
        _addB = plan.ClaimNeeded(b);
        plan.Release(Output);
    }

    public override GradientSums? TakeSums(BlockedValue value) =>
        value == a ? _sumsA = new GradientSums(value, value.Stored.Images) : _sumsB = new GradientSums(value, value.Stored.Images);

    public override void Dispose() => _identity.Dispose();

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        float* y = Output.Stored.At(image, block);
        a.Load(Context.Kernels, image, block, 0, 1, y, Output.Stored.Pixels);
        Context.Kernels.AddMap(b.Stored.At(image, block), y, Output.Stored.Pixels, (b.Map ?? _identity).Block(block));
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Stored.Pixels - pixel);
            Output.LoadGradient(Context.Kernels, image, block, pixel, scratch, count);
            if (a.NeedsGradient)
                Put(scratch, a.Gradient!.At(image, block) + pixel * 16, count, _addA);
            if (b.NeedsGradient)
                Put(scratch, b.Gradient!.At(image, block) + pixel * 16, count, _addB);
            _sumsA?.Take(Context.Kernels, image, image, block, pixel, count, pixel == 0);
            _sumsB?.Take(Context.Kernels, image, image, block, pixel, count, pixel == 0);
        }
    }
}
