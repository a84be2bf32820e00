using SkinClassifier.Execution.Layout;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// Gemm with a parameter as its matrix: x [N,K] → y [N,O] = x · W′ + bias. Rows of x are the pixels of the tiles; forward is cut over
/// blocks of 16 outputs, backward over blocks of 16 inputs, so every gradient has one writer.
/// </summary>
internal sealed unsafe class DenseTrainingStep : BlockedTrainingStep
{
    private readonly NchwValue _input, _output;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly NativeBuffer _x, _dz;
    private readonly WorkerIndexedJob _pack, _forward, _packGradient, _backward;
    private readonly int _batch, _inputs, _outputs, _inputBlocks, _outputBlocks, _perInput, _perOutput;

    public DenseTrainingStep(BlockedContext context, NchwValue input, NchwValue output, Parameter weight, Parameter? bias, bool transposed) : base(context)
    {
        (_input, _output, _weight, _bias) = (input, output, weight, bias);
        (_batch, _inputs, _outputs) = (input.Shape[0], input.Shape[1], output.Shape[1]);
        (_inputBlocks, _outputBlocks) = ((_inputs + 15) / 16, (_outputs + 15) / 16);
        (_perInput, _perOutput) = transposed ? (1, _inputs) : (_outputs, 1);
        _x = new NativeBuffer((long)_inputBlocks * _batch * 16);
        _dz = new NativeBuffer((long)_outputBlocks * _batch * 16);
        _pack = new WorkerIndexedJob(PackInput);
        _forward = new WorkerIndexedJob(ForwardBlock);
        _packGradient = new WorkerIndexedJob(PackGradient);
        _backward = new WorkerIndexedJob(BackwardBlock);
        int most = Math.Max(_inputBlocks, _outputBlocks);
        context.Reserve(most * 512L + _batch * 16 + 16, 0, most * 16);
    }

    public override bool NeedsBackward => _output.NeedsGradient;

    /// <summary>Whether this step can run a Gemm with this bias.</summary>
    public static bool Fits(TensorShape output, TensorShape bias) => bias.Rank == 0 || (bias.ElementCount == output[1] && bias[bias.Rank - 1] == output[1]);

    public override void PlanGradients(GradientPlan plan)
    {
    }

    public override void Forward(long iteration)
    {
        Context.Workers.Run(_inputBlocks, _pack);
        Context.Workers.Run(_outputBlocks, _forward);
    }

    public override void Backward()
    {
        Context.Workers.Run(_outputBlocks, _packGradient);
        if (_weight.Trainable || _input.NeedsGradient)
            Context.Workers.Run(_inputBlocks, _backward);
    }

    public override void Dispose()
    {
        _x.Dispose();
        _dz.Dispose();
    }

    private static int Lanes(int block, int length) => Math.Min(16, length - block * 16);

    private void PackInput(int block, int workerIndex)
    {
        ReadOnlySpan<float> x = _input.Values.Span;
        for (int n = 0; n < _batch; n++)
            x.Slice(n * _inputs + block * 16, Lanes(block, _inputs)).CopyTo(new Span<float>(_x.Pointer + ((nint)block * _batch + n) * 16, 16));
    }

    private void ForwardBlock(int block, int workerIndex)
    {
        float* w = Context.Scratch(workerIndex), y = w + (nint)_inputBlocks * 256, bias = y + (nint)_batch * 16;
        int lanes = Lanes(block, _outputs);
        new Span<float>(bias, 16).Clear();
        _bias?.Value.Slice(block * 16, lanes).CopyTo(new Span<float>(bias, 16));
        new Span<float>(w, _inputBlocks * 256).Clear();
        ReadOnlySpan<float> values = _weight.Value;
        for (int k = 0; k < _inputs; k++)
            for (int lane = 0; lane < lanes; lane++)
                w[(nint)k * 16 + lane] = values[k * _perInput + (block * 16 + lane) * _perOutput];
        TileRun.Multiply(
            Context.Kernels.Family, _x.Pointer, (nint)_batch * 16, _inputBlocks, Lanes(_inputBlocks - 1, _inputs), w, 0, bias, y, 0, 1, _batch, false);
        for (int n = 0; n < _batch; n++)
            new ReadOnlySpan<float>(y + n * 16, lanes).CopyTo(_output.Values.Span[(n * _outputs + block * 16)..]);
    }

    private void PackGradient(int block, int workerIndex)
    {
        ReadOnlySpan<float> dy = _output.Gradient.Span;
        for (int n = 0; n < _batch; n++)
        {
            ReadOnlySpan<float> from = dy.Slice(n * _outputs + block * 16, Lanes(block, _outputs));
            from.CopyTo(new Span<float>(_dz.Pointer + ((nint)block * _batch + n) * 16, 16));
            if (_bias is { Trainable: true })
                for (int lane = 0; lane < from.Length; lane++)
                    _bias.Gradient[block * 16 + lane] += from[lane];
        }
    }

    private void BackwardBlock(int block, int workerIndex)
    {
        float* w = Context.Scratch(workerIndex);
        int lanes = Lanes(block, _inputs), row = _outputBlocks * 16, most = Context.Kernels.OuterBlocks;
        if (_weight.Trainable)
        {
            new Span<float>(w, 16 * row).Clear();
            for (int lane = 0; lane < lanes; lane += Context.Kernels.OuterRows)
                for (int b = 0; b < _outputBlocks; b += most)
                    Context.Kernels.Outer(Math.Min(most, _outputBlocks - b))(_x.Pointer + (nint)block * _batch * 16 + lane,
                        _dz.Pointer + (nint)b * _batch * 16, (nint)_batch * 16, w + (nint)lane * row + b * 16, row, _batch, _x.Pointer);
            fixed (float* gradient = _weight.Gradient)
                for (int o = 0; o < _outputs; o++)
                {
                    float* sums = gradient + (nint)block * 16 * _perInput + (nint)o * _perOutput;
                    for (int lane = 0; lane < lanes; lane++)
                        sums[(nint)lane * _perInput] += w[(nint)lane * row + o];
                }
        }
        if (!_input.NeedsGradient)
            return;
        float* dx = w + (nint)_outputBlocks * 256;
        new Span<float>(w, 16 * row).Clear();
        fixed (float* values = _weight.Value)
            for (int o = 0; o < _outputs; o++)
            {
                float* from = values + (nint)block * 16 * _perInput + (nint)o * _perOutput;
                for (int lane = 0; lane < lanes; lane++)
                    w[(nint)o * 16 + lane] = from[(nint)lane * _perInput];
            }
        TileRun.Multiply(Context.Kernels.Family, _dz.Pointer, (nint)_batch * 16, _outputBlocks, Lanes(_outputBlocks - 1, _outputs), w, 0,
            Context.Zeros.Pointer, dx, 0, 1, _batch, false);
        Span<float> to = _input.Gradient.Span;
        for (int n = 0; n < _batch; n++)
            for (int lane = 0; lane < lanes; lane++)
                to[n * _inputs + block * 16 + lane] += dx[n * 16 + lane];
    }
}
