using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// LayerNormalization over the channels of every pixel. One chunk is a run of pixels of one image; parameter gradients are summed per
/// chunk and added in chunk order.
/// </summary>
internal sealed unsafe class PixelNormalizationTrainingStep : BlockedTrainingStep
{
    private const int ScratchFloats = 16 * 1024;

    private readonly BlockedValue _input, _output;
    private readonly Parameter _scale;
    private readonly Parameter? _shift;
    private readonly float _epsilon;
    private readonly NativeBuffer _factors, _offsets;
    private readonly WorkerIndexedJob _forward, _backward;
    private readonly int _run, _runs, _width;
    private readonly SliceSums? _slices;
    private bool _add;

    public PixelNormalizationTrainingStep(BlockedContext context, BlockedValue input, BlockedValue output, Parameter scale, Parameter? shift, float epsilon)
        : base(context)
    {
        (_input, _output, _scale, _shift, _epsilon) = (input, output, scale, shift, epsilon);
        _width = input.Stored.Blocks * 16;
        _run = Math.Clamp(ScratchFloats / _width, 4, input.Stored.Pixels < 4 ? 4 : input.Stored.Pixels);
        _runs = (input.Stored.Pixels + _run - 1) / _run;
        _factors = new NativeBuffer(_width);
        _offsets = new NativeBuffer(_width);
        _forward = new WorkerIndexedJob(ForwardRun);
        _backward = new WorkerIndexedJob(BackwardRun);
        bool trains = scale.Trainable || shift is { Trainable: true };
        _slices = context.MakeSums(output.NeedsGradient && trains, input.Stored.Images * _runs, 2 * _width);
        context.Reserve(3L * _run * _width, 2L * _width * input.Stored.Images * _runs, 0);
    }

    public override IReadOnlyList<BlockedValue> Reads => [_input];

    public override BlockedValue? Makes => _output;

    public override bool NeedsBackward => _output.NeedsGradient;

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.ClaimNeeded(_input);
        plan.Release(_output);
    }

    public override void Forward(long iteration)
    {
        _scale.Value.CopyTo(new Span<float>(_factors.Pointer, _width));
        _shift?.Value.CopyTo(new Span<float>(_offsets.Pointer, _width));
        Context.Workers.Run(_input.Stored.Images * _runs, _forward);
    }

    public override void Backward()
    {
        Context.Workers.Run(_input.Stored.Images * _runs, _backward);
        if (_slices is not null)
            return;
        for (int chunk = 0; chunk < _input.Stored.Images * _runs; chunk++)
        {
            AddTo(_scale, Context.Partials + 2L * _width * chunk);
            AddTo(_shift, Context.Partials + 2L * _width * chunk + _width);
        }

        static void AddTo(Parameter? parameter, float* sums)
        {
            if (parameter is not { Trainable: true })
                return;
            Span<float> gradient = parameter.Gradient;
            for (int c = 0; c < gradient.Length; c++)
                gradient[c] += sums[c];
        }
    }

    public override SliceSums? Sums => _slices;

    /// <summary>Every run of pixels is added to the gradient itself.</summary>
    public override void BeginSums()
    {
        _slices!.Values.Span.Clear();
        if (_scale.Trainable)
            _scale.Gradient.CopyTo(_slices.Values.Span);
        if (_shift is { Trainable: true })
            _shift.Gradient.CopyTo(_slices.Values.Span[_width..]);
    }

    public override void FinishSums()
    {
        if (_scale.Trainable)
            _slices!.Values.Span[.._scale.Gradient.Length].CopyTo(_scale.Gradient);
        if (_shift is { Trainable: true })
            _slices!.Values.Span.Slice(_width, _shift.Gradient.Length).CopyTo(_shift.Gradient);
    }

    public override void Dispose()
    {
        _slices?.Dispose();
        _factors.Dispose();
        _offsets.Dispose();
    }

    private (int Image, int Pixel, int Count) Place(int chunk)
    {
        int pixel = chunk % _runs * _run;
        return (chunk / _runs, pixel, Math.Min(_run, _input.Stored.Pixels - pixel));
    }

    private float* LoadInput(int image, int pixel, int count, float* to)
    {
        for (int block = 0; block < _input.Stored.Blocks; block++)
            _input.Load(Context.Kernels, image, block, pixel, 1, to + (nint)block * count * 16, count);
        return to;
    }

    private void ForwardRun(int chunk, int workerIndex)
    {
        (int image, int pixel, int count) = Place(chunk);
        float* x = LoadInput(image, pixel, count, Context.Scratch(workerIndex));
        Context.Kernels.Family.NormalizePixels(x, (nint)count * 16, _input.Stored.Channels, _factors.Pointer, _offsets.Pointer, _epsilon,
            _output.Stored.At(image, 0) + pixel * 16, _output.Stored.Block, count);
    }

    private void BackwardRun(int chunk, int workerIndex)
    {
        (int image, int pixel, int count) = Place(chunk);
        GradientKernels kernels = Context.Kernels;
        nint block = (nint)count * 16;
        float* x = LoadInput(image, pixel, count, Context.Scratch(workerIndex)), dy = x + (nint)_run * _width, dx = dy + (nint)_run * _width,
            sums = (_slices is null ? Context.Partials : _slices.Slices) + 2L * _width * chunk;
        for (int b = 0; b < _output.Stored.Blocks; b++)
            _output.LoadGradient(kernels, image, b, pixel, dy + b * block, count);
        new Span<float>(sums, 2 * _width).Clear();
        kernels.NormalizePixelsGradient(x, dy, block, _input.Stored.Channels, _factors.Pointer, _epsilon, dx, count, sums, sums + _width);
        if (!_input.NeedsGradient)
            return;
        for (int b = 0; b < _input.Stored.Blocks; b++)
            Put(dx + b * block, _input.Gradient!.At(image, b) + pixel * 16, count, _add);
    }
}
