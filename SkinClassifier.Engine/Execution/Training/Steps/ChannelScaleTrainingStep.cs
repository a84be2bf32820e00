using SkinClassifier.Execution.Layout;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A value times one trained factor per channel: layer scale.</summary>
internal sealed unsafe class ChannelScaleTrainingStep : PlaneTrainingStep
{
    private readonly BlockedValue _input;
    private readonly Parameter _scale;
    private readonly NativeBuffer _factors;
    private readonly SliceSums? _slices;
    private bool _add;

    public ChannelScaleTrainingStep(BlockedContext context, BlockedValue input, BlockedValue output, Parameter scale) : base(context, output, 2)
    {
        (_input, _scale) = (input, scale);
        _factors = new NativeBuffer(output.Stored.Blocks * 16);
        _slices = context.MakeSums(output.NeedsGradient && scale.Trainable, output.Stored.Images, output.Stored.Blocks * 16);
        context.Reserve(0, 16L * output.Stored.Images * output.Stored.Blocks, 0);
    }

    public override IReadOnlyList<BlockedValue> Reads => [_input];

    public override IReadOnlyList<BlockedValue> BackwardReads => _scale.Trainable ? [_input] : [];

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.ClaimNeeded(_input);
        plan.Release(Output);
    }

    public override void Forward(long iteration)
    {
        _scale.Value.CopyTo(new Span<float>(_factors.Pointer, Output.Stored.Channels));
        base.Forward(iteration);
    }

    public override void Backward()
    {
        base.Backward();
        if (!_scale.Trainable || _slices is not null)
            return;
        Span<float> gradient = _scale.Gradient;
        for (int image = 0; image < Output.Stored.Images; image++)
            for (int channel = 0; channel < gradient.Length; channel++)
                gradient[channel] += Context.Partials[image * Output.Stored.Blocks * 16 + channel];
    }

    public override SliceSums? Sums => _slices;

    /// <summary>Every image is added to the gradient itself.</summary>
    public override void BeginSums()
    {
        _slices!.Values.Span.Clear();
        _scale.Gradient.CopyTo(_slices.Values.Span);
    }

    public override void FinishSums() => _slices!.Values.Span[.._scale.Gradient.Length].CopyTo(_scale.Gradient);

    public override void Dispose()
    {
        _factors.Dispose();
        _slices?.Dispose();
    }

    protected override void ForwardPlane(int image, int block, float* scratch)
    {
        float* y = Output.Stored.At(image, block);
        _input.Load(Context.Kernels, image, block, 0, 1, y, Output.Stored.Pixels);
        Context.Kernels.Family.Scale(y, _factors.Pointer + block * 16, null, y, Output.Stored.Pixels);
    }

    protected override void BackwardPlane(int image, int block, float* scratch)
    {
        float* dy = scratch, x = scratch + Part * 16,
            sums = (_slices is null ? Context.Partials : _slices.Slices) + (image * Output.Stored.Blocks + block) * 16;
        new Span<float>(sums, 16).Clear();
        for (int pixel = 0; pixel < Output.Stored.Pixels; pixel += Part)
        {
            int count = Math.Min(Part, Output.Stored.Pixels - pixel);
            Output.LoadGradient(Context.Kernels, image, block, pixel, dy, count);
            if (_scale.Trainable)
            {
                _input.Load(Context.Kernels, image, block, pixel, 1, x, count);
                Context.Kernels.Family.Multiply(dy, x, x, count);
                Context.Kernels.AddSum(x, count, sums);
            }
            if (!_input.NeedsGradient)
                continue;
            Context.Kernels.Family.Scale(dy, _factors.Pointer + block * 16, null, dy, count);
            Put(dy, _input.Gradient!.At(image, block) + pixel * 16, count, _add);
        }
    }
}
