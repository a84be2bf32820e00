using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>The sum of two values of one shape; one chunk is one block of one image.</summary>
internal sealed unsafe class AdditionTrainingStep : BlockedTrainingStep
{
    private const int Part = 512;

    private readonly BlockedValue _a, _b, _output;
    private readonly ValueMap _identity;
    private readonly WorkerIndexedJob _forward, _backward;
    private GradientSums? _sumsA, _sumsB;
    private bool _addA, _addB;

    public AdditionTrainingStep(BlockedContext context, BlockedValue a, BlockedValue b, BlockedValue output) : base(context)
    {
        (_a, _b, _output) = (a, b, output);
        _identity = new ValueMap(output.Stored);
        _forward = new WorkerIndexedJob(ForwardPlane);
        _backward = new WorkerIndexedJob(BackwardPlane);
        context.Reserve(Part * 16, 0, 0);
    }

    public override IReadOnlyList<BlockedValue> Reads => [_a, _b];

    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    public override BlockedValue? Makes => _output;

    public override bool NeedsBackward => _output.NeedsGradient;

    public override void PlanGradients(GradientPlan plan)
    {
        _addA = plan.ClaimNeeded(_a);
        _addB = plan.ClaimNeeded(_b);
        plan.Release(_output);
    }

    public override GradientSums? TakeSums(BlockedValue value) =>
        value == _a ? _sumsA = new GradientSums(value, value.Stored.Images) : _sumsB = new GradientSums(value, value.Stored.Images);

    public override void Forward(long iteration) => Context.Workers.Run(_output.Stored.Images * _output.Stored.Blocks, _forward);

    public override void Backward() => Context.Workers.Run(_output.Stored.Images * _output.Stored.Blocks, _backward);

    public override void Dispose() => _identity.Dispose();

    private void ForwardPlane(int chunk, int workerIndex)
    {
        int image = chunk / _output.Stored.Blocks, block = chunk % _output.Stored.Blocks;
        float* y = _output.Stored.At(image, block);
        _a.Load(Context.Kernels, image, block, 0, 1, y, _output.Stored.Pixels);
        ChannelMap map = (_b.Map ?? _identity).Block(block);
        Context.Kernels.AddMap(_b.Stored.At(image, block), y, _output.Stored.Pixels, map);
    }

    private void BackwardPlane(int chunk, int workerIndex)
    {
        int image = chunk / _output.Stored.Blocks, block = chunk % _output.Stored.Blocks;
        float* part = Context.Scratch(workerIndex);
        for (int pixel = 0; pixel < _output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, _output.Stored.Pixels - pixel);
            _output.LoadGradient(Context.Kernels, image, block, pixel, part, count);
            if (_a.NeedsGradient)
                Put(part, _a.Gradient!.At(image, block) + pixel * 16, count, _addA);
            if (_b.NeedsGradient)
                Put(part, _b.Gradient!.At(image, block) + pixel * 16, count, _addB);
            _sumsA?.Take(Context.Kernels, image, image, block, pixel, count, pixel == 0);
            _sumsB?.Take(Context.Kernels, image, image, block, pixel, count, pixel == 0);
        }
    }

    private void Put(float* from, float* to, int count, bool add)
    {
        if (add)
            Context.Kernels.AddStrided(from, to, 16, count);
        else
            new Span<float>(from, count * 16).CopyTo(new Span<float>(to, count * 16));
    }
}
