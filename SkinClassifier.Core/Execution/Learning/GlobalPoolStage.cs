namespace SkinClassifier.Execution.Learning;

/// <summary>The mean of every channel, from blocks to a plain [N,C,1,1].</summary>
internal sealed unsafe class GlobalPoolStage : BlockedStage
{
    private const int Part = 512;

    private readonly BlockedValue _input;
    private readonly TrainingValue _output;
    private readonly SlottedJob _forward, _backward;
    private bool _add;

    public GlobalPoolStage(BlockedContext context, BlockedValue input, TrainingValue output) : base(context)
    {
        (_input, _output) = (input, output);
        _forward = new SlottedJob(ForwardPlane);
        _backward = new SlottedJob(BackwardPlane);
        context.Reserve(Part * 16, 0, 0);
    }

    public override IReadOnlyList<BlockedValue> Reads => [_input];

    public override IReadOnlyList<BlockedValue> BackwardReads => [];

    public override bool NeedsBackward => _input.NeedsGradient;

    public override void PlanGradients(GradientPlan plan) => _add = plan.Claim(_input);

    public override void Forward(long step) => Context.Workers.Run(_input.Shape.Batch * _input.Shape.Blocks, _forward);

    public override void Backward() => Context.Workers.Run(_input.Shape.Batch * _input.Shape.Blocks, _backward);

    private void ForwardPlane(int chunk, int slot)
    {
        int picture = chunk / _input.Shape.Blocks, block = chunk % _input.Shape.Blocks;
        float* sums = stackalloc float[16], part = Context.Scratch(slot);
        Span<double> total = stackalloc double[16];
        total.Clear();
        for (int pixel = 0; pixel < _input.Shape.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, _input.Shape.Pixels - pixel);
            _input.Load(Context.Kernels, picture, block, pixel, 1, part, count);
            new Span<float>(sums, 16).Clear();
            Context.Kernels.AddSum(part, count, sums);
            for (int lane = 0; lane < 16; lane++)
                total[lane] += sums[lane];
        }
        Span<float> to = _output.Values.Span.Slice(picture * _input.Shape.Channels + block * 16, _input.Shape.Lanes(block));
        for (int lane = 0; lane < to.Length; lane++)
            to[lane] = (float)(total[lane] / _input.Shape.Pixels);
    }

    private void BackwardPlane(int chunk, int slot)
    {
        int picture = chunk / _input.Shape.Blocks, block = chunk % _input.Shape.Blocks;
        float* share = stackalloc float[16];
        new Span<float>(share, 16).Clear();
        ReadOnlySpan<float> from = _output.Gradient.Span.Slice(picture * _input.Shape.Channels + block * 16, _input.Shape.Lanes(block));
        for (int lane = 0; lane < from.Length; lane++)
            share[lane] = from[lane] / _input.Shape.Pixels;
        Context.Kernels.AddConstant(share, _input.Gradient!.At(picture, block), _input.Shape.Pixels, !_add);
    }
}
