namespace SkinClassifier.Execution.Learning;

/// <summary>Hands a blocked value to plain operators.</summary>
internal sealed unsafe class ToPlainStage : BlockedStage
{
    private const int Part = 512;

    private readonly BlockedValue _input;
    private readonly TrainingValue _output;
    private readonly SlottedJob _forward, _backward;
    private bool _add;

    public ToPlainStage(BlockedContext context, BlockedValue input, TrainingValue output) : base(context)
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
        int picture = chunk / _input.Shape.Blocks, block = chunk % _input.Shape.Blocks, pixels = _input.Shape.Pixels;
        float* part = Context.Scratch(slot);
        for (int pixel = 0; pixel < pixels; pixel += Part)
        {
            int count = Math.Min(Part, pixels - pixel);
            _input.Load(Context.Kernels, picture, block, pixel, 1, part, count);
            for (int lane = 0; lane < _input.Shape.Lanes(block); lane++)
            {
                Span<float> to = _output.Values.Span.Slice((picture * _input.Shape.Channels + block * 16 + lane) * pixels + pixel, count);
                for (int i = 0; i < count; i++)
                    to[i] = part[i * 16 + lane];
            }
        }
    }

    private void BackwardPlane(int chunk, int slot)
    {
        int picture = chunk / _input.Shape.Blocks, block = chunk % _input.Shape.Blocks, pixels = _input.Shape.Pixels;
        float* to = _input.Gradient!.At(picture, block);
        if (!_add)
            new Span<float>(to, pixels * 16).Clear();
        for (int lane = 0; lane < _input.Shape.Lanes(block); lane++)
        {
            ReadOnlySpan<float> from = _output.Gradient.Span.Slice((picture * _input.Shape.Channels + block * 16 + lane) * pixels, pixels);
            for (int i = 0; i < pixels; i++)
                to[i * 16 + lane] += from[i];
        }
    }
}

/// <summary>Takes a plain value into blocks.</summary>
internal sealed unsafe class ToBlockedStage : BlockedStage
{
    private const int Part = 512;

    private readonly TrainingValue _input;
    private readonly BlockedValue _output;
    private readonly SlottedJob _forward, _backward;

    public ToBlockedStage(BlockedContext context, TrainingValue input, BlockedValue output) : base(context)
    {
        (_input, _output) = (input, output);
        _forward = new SlottedJob(ForwardPlane);
        _backward = new SlottedJob(BackwardPlane);
        context.Reserve(Part * 16, 0, 0);
    }

    public override BlockedValue? Makes => _output;

    public override bool NeedsBackward => _output.NeedsGradient;

    public override void PlanGradients(GradientPlan plan) => plan.Release(_output);

    public override void Forward(long step) => Context.Workers.Run(_output.Shape.Batch * _output.Shape.Blocks, _forward);

    public override void Backward() => Context.Workers.Run(_output.Shape.Batch * _output.Shape.Blocks, _backward);

    private void ForwardPlane(int chunk, int slot)
    {
        int picture = chunk / _output.Shape.Blocks, block = chunk % _output.Shape.Blocks, pixels = _output.Shape.Pixels;
        float* to = _output.Stored.At(picture, block);
        if (_output.Shape.Lanes(block) < 16)
            new Span<float>(to, pixels * 16).Clear();
        for (int lane = 0; lane < _output.Shape.Lanes(block); lane++)
        {
            ReadOnlySpan<float> from = _input.Values.Span.Slice((picture * _output.Shape.Channels + block * 16 + lane) * pixels, pixels);
            for (int i = 0; i < pixels; i++)
                to[i * 16 + lane] = from[i];
        }
    }

    private void BackwardPlane(int chunk, int slot)
    {
        int picture = chunk / _output.Shape.Blocks, block = chunk % _output.Shape.Blocks, pixels = _output.Shape.Pixels;
        float* part = Context.Scratch(slot);
        for (int pixel = 0; pixel < pixels; pixel += Part)
        {
            int count = Math.Min(Part, pixels - pixel);
            _output.LoadGradient(Context.Kernels, picture, block, pixel, part, count);
            for (int lane = 0; lane < _output.Shape.Lanes(block); lane++)
            {
                Span<float> to = _input.Gradient.Span.Slice((picture * _output.Shape.Channels + block * 16 + lane) * pixels + pixel, count);
                for (int i = 0; i < count; i++)
                    to[i] += part[i * 16 + lane];
            }
        }
    }
}
