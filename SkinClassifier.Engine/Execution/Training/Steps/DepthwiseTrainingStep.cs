using SkinClassifier.Execution.Layout;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// A convolution of every channel with its own kernel. One chunk is one block of 16 channels of one image; with stride 1 the
/// input gradient is the same convolution with the kernel turned round, with stride 2 and 3×3 kernels every input row is summed from the one or two output
/// rows that it belongs to, otherwise every output pixel adds to its inputs.
/// </summary>
internal sealed unsafe class DepthwiseTrainingStep : BlockedTrainingStep
{
    private const int BandFloats = 24 * 1024;

    private readonly Window _g;
    private readonly BlockedValue _input, _output;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly NativeBuffer _packed, _turned, _packedBias;
    private readonly WorkerIndexedJob _pack, _forward, _backward, _reduce;
    private readonly int _taps, _rows, _columnsX, _columnsZ;
    private readonly bool _turn, _halve;
    private readonly SliceSums? _slices;
    private GradientSums? _sums;
    private float* _summed;
    private int _summedImages;
    private bool _add, _again;

    public DepthwiseTrainingStep(BlockedContext context, Window window, BlockedValue input, BlockedValue output, Parameter weight, Parameter? bias)
        : base(context)
    {
        (_g, _input, _output, _weight, _bias) = (window, input, output, weight, bias);
        _taps = _g.KernelH * _g.KernelW;
        int reachH = (_g.KernelH - 1) * _g.DilationH, reachW = (_g.KernelW - 1) * _g.DilationW;
        _columnsX = (_g.OutW - 1) * _g.StrideW + reachW + 1;
        _columnsZ = _g.InW + reachW;
        _turn = _g.StrideH == 1 && _g.StrideW == 1 && _g.PadTop <= reachH && _g.PadLeft <= reachW && _g.PadBottom <= reachH && _g.PadRight <= reachW;
        _halve = (_g.KernelH, _g.KernelW, _g.StrideH, _g.StrideW, _g.DilationH, _g.DilationW, _g.PadLeft) == (3, 3, 2, 2, 1, 1, 1);
        if (_halve)
            _columnsZ = Math.Max(_g.OutW, _g.InW / 2 + 1) + 1;
        int most = Math.Max(_g.OutH, _g.InH);
        _rows = Math.Clamp(BandFloats / (Math.Max(_columnsX * _g.StrideH, _columnsZ) * 16), 1, most);
        int blocks = output.Stored.Blocks, planes = output.Stored.Images * blocks;
        _packed = new NativeBuffer((long)blocks * _taps * 16);
        _turned = new NativeBuffer(_packed.Length);
        _packedBias = new NativeBuffer(blocks * 16);
        _slices = context.MakeSums(output.NeedsGradient && Trains, output.Stored.Images, blocks * (_taps + 1) * 16);
        _pack = new WorkerIndexedJob(Pack);
        _forward = new WorkerIndexedJob(ForwardPlane);
        _backward = new WorkerIndexedJob(BackwardPlane);
        _reduce = new WorkerIndexedJob(Reduce);
        output.StatisticsCounts = [.. Enumerable.Repeat(output.Stored.Pixels, output.Stored.Images)];
        long bandX = (long)((_rows - 1) * _g.StrideH + reachH + 1) * _columnsX * 16, bandZ = (long)(_rows + reachH) * _columnsZ * 16;
        long wholeX = (long)((_g.OutH - 1) * _g.StrideH + reachH + 1) * _columnsX * 16;
        context.Reserve(_turn || _halve ? bandX + bandZ : bandX + output.Stored.Block + wholeX, (long)planes * (_taps + 1) * 16, blocks * 16);
    }

    public override IReadOnlyList<BlockedValue> Reads => [_input];

    public override IReadOnlyList<BlockedValue> BackwardReads => _weight.Trainable ? [_input] : [];

    public override BlockedValue? Makes => _output;

    public override bool NeedsBackward => _output.NeedsGradient;

    public override void PlanGradients(GradientPlan plan)
    {
        _add = plan.ClaimNeeded(_input);
        plan.Release(_output);
    }

    public override GradientSums? TakeSums(BlockedValue value) => _sums = new GradientSums(value, _input.Stored.Images);

    public override void Forward(long iteration)
    {
        Context.Workers.Run(_output.Stored.Blocks, _pack);
        Context.RunImages(_output.Stored.Images * _output.Stored.Blocks, _forward);
    }

    /// <summary>The weights are those of the forward pass, still packed, and the statistics are known.</summary>
    public override void ForwardAgain()
    {
        _again = true;
        Context.RunImages(_output.Stored.Images * _output.Stored.Blocks, _forward);
        _again = false;
    }

    public override void Backward()
    {
        Context.RunImages(_output.Stored.Images * _output.Stored.Blocks, _backward);
        if (_slices is null && Trains)
            AddToGradients(Context.Partials, _output.Stored.Images);
    }

    public override SliceSums? Sums => _slices;

    public override void FinishSums() => AddToGradients(_slices!.First, 1);

    public override void Dispose()
    {
        _packed.Dispose();
        _turned.Dispose();
        _packedBias.Dispose();
        _slices?.Dispose();
    }

    private bool Trains => _weight.Trainable || _bias is { Trainable: true };

    private float* Partial(float* partials, int chunk) => partials + (nint)chunk * (_taps + 1) * 16;

    private void AddToGradients(float* partials, int images)
    {
        _summed = partials;
        _summedImages = images;
        Context.Workers.Run(_output.Stored.Blocks, _reduce);
    }

    private void Pack(int block, int workerIndex)
    {
        int lanes = _output.Stored.Lanes(block);
        for (int lane = 0; lane < lanes; lane++)
            for (int tap = 0; tap < _taps; tap++)
            {
                float w = _weight.Value[(block * 16 + lane) * _taps + tap];
                _packed.Pointer[((nint)block * _taps + tap) * 16 + lane] = w;
                _turned.Pointer[((nint)block * _taps + _taps - 1 - tap) * 16 + lane] = w;
            }
        if (_bias is not null)
            _bias.Value.Slice(block * 16, lanes).CopyTo(new Span<float>(_packedBias.Pointer + block * 16, lanes));
    }

    /// <summary>Lays out the input rows that output rows from <paramref name="row"/> on read.</summary>
    private void LoadInput(int image, int block, int row, int rows, float* to) =>
        _input.LoadWindow(Context.Kernels, image, block, row * _g.StrideH - _g.PadTop, (rows - 1) * _g.StrideH + (_g.KernelH - 1) * _g.DilationH + 1,
            -_g.PadLeft, _columnsX, to);

    private void ForwardPlane(int chunk, int workerIndex)
    {
        int image = chunk / _output.Stored.Blocks, block = chunk % _output.Stored.Blocks;
        float* x = Context.Scratch(workerIndex), y = _output.Stored.At(image, block), w = _packed.Pointer + (nint)block * _taps * 16;
        nint line = (nint)_columnsX * 16;
        for (int row = 0; row < _g.OutH; row += _rows)
        {
            int rows = Math.Min(_rows, _g.OutH - row);
            LoadInput(image, block, row, rows, x);
            float* band = y + (nint)row * _g.OutW * 16, ahead = Ahead(_input.Stored, image, block, (row + rows) * _g.StrideH);
            for (int r = 0; r < rows; r++)
                Context.Kernels.DepthwiseRow(x + r * _g.StrideH * line, _g.StrideW * 16, _g.DilationH * line, _g.DilationW * 16, _g.KernelH,
                    _g.KernelW, w, _packedBias.Pointer + block * 16, band + (nint)r * _g.OutW * 16, _g.OutW, false,
                    ahead + (nint)r * _g.StrideH * _g.InW * 16, ahead + ((nint)r * _g.StrideH * _g.InW + _g.InW / 2) * 16);
            if (!_again)
                _output.Statistics?.Take(Context.Kernels, image, block, band, (nint)rows * _g.OutW, row == 0);
        }
    }

    private void BackwardPlane(int chunk, int workerIndex)
    {
        int image = chunk / _output.Stored.Blocks, block = chunk % _output.Stored.Blocks;
        float* partial = Partial(_slices is null ? Context.Partials : _slices.Slices, chunk);
        new Span<float>(partial, (_taps + 1) * 16).Clear();
        if (_turn)
            BackwardTurned(image, block, Context.Scratch(workerIndex), partial);
        else if (_halve)
            BackwardHalved(image, block, Context.Scratch(workerIndex), partial);
        else
            BackwardScattered(image, block, Context.Scratch(workerIndex), partial);
    }

    private void BackwardTurned(int image, int block, float* scratch, float* partial)
    {
        int reachH = (_g.KernelH - 1) * _g.DilationH, reachW = (_g.KernelW - 1) * _g.DilationW, left = reachW - _g.PadLeft;
        nint line = (nint)_columnsX * 16, lineZ = (nint)_columnsZ * 16;
        float* dz = scratch, x = scratch + (_rows + reachH) * lineZ;
        for (int row = 0; row < Math.Max(_g.InH, _g.OutH); row += _rows)
        {
            int rowsIn = Math.Min(_rows, _g.InH - row), rowsOut = Math.Min(_rows, _g.OutH - row);
            _output.LoadGradientWindow(Context.Kernels, image, block, row + _g.PadTop - reachH, _rows + reachH, -left, _columnsZ, dz);
            if (_weight.Trainable && rowsOut > 0)
                LoadInput(image, block, row, rowsOut, x);
            float* z = Ahead(_output.Stored, image, block, row + _rows), gradient = Ahead(_output.Gradient!, image, block, row + _rows),
                ahead = Ahead(_input.Stored, image, block, row + _rows);
            for (int r = 0; r < rowsOut; r++)
                AddWeightGradient(x + r * line, dz + (r + reachH - _g.PadTop) * lineZ + left * 16, partial, z + (nint)r * _g.OutW * 16,
                    gradient + (nint)r * _g.OutW * 16);
            for (int r = 0; r < rowsIn && _input.NeedsGradient; r++)
                Context.Kernels.DepthwiseRow(dz + r * lineZ, 16, _g.DilationH * lineZ, _g.DilationW * 16, _g.KernelH, _g.KernelW,
                    _turned.Pointer + (nint)block * _taps * 16, null, _input.Gradient!.At(image, block) + (nint)(row + r) * _g.InW * 16, _g.InW, _add,
                    ahead + (nint)r * _g.InW * 16, ahead + (nint)r * _g.InW * 16);
            if (rowsIn > 0)
                _sums?.Take(Context.Kernels, image, image, block, row * _g.InW, (nint)rowsIn * _g.InW, row == 0);
        }
    }

    private void BackwardHalved(int image, int block, float* scratch, float* partial)
    {
        nint line = (nint)_columnsX * 16, lineZ = (nint)_columnsZ * 16;
        float* dz = scratch, x = scratch + (_rows + 1) * lineZ, w = _packed.Pointer + (nint)block * _taps * 16;
        int reached = (_g.InH + _g.PadTop + 1) / 2, next = 0;
        for (int row = 0; row < Math.Max(_g.OutH, reached); row += _rows)
        {
            int rowsOut = Math.Min(_rows, _g.OutH - row), until = Math.Min(2 * (row + _rows) - _g.PadTop, _g.InH), first = next;
            _output.LoadGradientWindow(Context.Kernels, image, block, row - 1, _rows + 1, 0, _columnsZ, dz);
            if (_weight.Trainable && rowsOut > 0)
                LoadInput(image, block, row, rowsOut, x);
            float* ahead = Ahead(_input.Stored, image, block, 2 * (row + _rows));
            for (int r = 0; r < rowsOut; r++)
                AddWeightGradient(x + r * 2 * line, dz + (r + 1) * lineZ, partial, ahead + (nint)r * 2 * _g.InW * 16,
                    ahead + ((nint)r * 2 + 1) * _g.InW * 16);
            for (; next < until && _input.NeedsGradient; next++)
            {
                float* after = dz + ((next + _g.PadTop) / 2 - row + 1) * lineZ;
                Context.Kernels.DepthwiseInputGradient(
                    after - lineZ, after, w, next + _g.PadTop, _input.Gradient!.At(image, block) + (nint)next * _g.InW * 16, _g.InW, _add);
            }
            if (next > first)
                _sums?.Take(Context.Kernels, image, image, block, first * _g.InW, (nint)(next - first) * _g.InW, first == 0);
        }
    }

    private void BackwardScattered(int image, int block, float* scratch, float* partial)
    {
        nint line = (nint)_columnsX * 16;
        int height = (_g.OutH - 1) * _g.StrideH + (_g.KernelH - 1) * _g.DilationH + 1;
        float* dz = scratch, dx = dz + _output.Stored.Block, x = dx + height * line;
        _output.LoadGradient(Context.Kernels, image, block, 0, dz, _output.Stored.Pixels);
        if (_input.NeedsGradient)
            new Span<float>(dx, (int)(height * line)).Clear();
        for (int row = 0; row < _g.OutH; row += _rows)
        {
            int rows = Math.Min(_rows, _g.OutH - row);
            if (_weight.Trainable)
                LoadInput(image, block, row, rows, x);
            for (int r = 0; r < rows; r++)
            {
                float* own = dz + (nint)(row + r) * _g.OutW * 16;
                AddWeightGradient(x + r * _g.StrideH * line, own, partial, x, x);
                if (_input.NeedsGradient)
                    Context.Kernels.DepthwiseScatter(own, _g.OutW, _g.KernelH, _g.KernelW, _packed.Pointer + (nint)block * _taps * 16,
                        dx + (row + r) * _g.StrideH * line, _g.StrideW * 16, _g.DilationH * line, _g.DilationW * 16);
            }
        }
        if (_input.NeedsGradient)
        {
            AddInterior(dx, height, _input.Gradient!.At(image, block));
            _sums?.Take(Context.Kernels, image, image, block, 0, _input.Stored.Pixels, true);
        }
    }

    /// <summary>The row of a plane that the next band begins with; the last band leads back to the first.</summary>
    private static float* Ahead(BlockedTensor planes, int image, int block, int row) =>
        planes.At(image, block) + (row < planes.Height ? (nint)row * planes.Width * 16 : 0);

    private void AddWeightGradient(float* x, float* dz, float* partial, float* ahead0, float* ahead1)
    {
        if (_weight.Trainable)
            Context.Kernels.DepthwiseWeightGradient(
                x, _g.StrideW * 16, _g.DilationH * (nint)_columnsX * 16, _g.DilationW * 16, _g.KernelH, _g.KernelW, dz, _g.OutW, partial, ahead0, ahead1);
        if (_bias is { Trainable: true })
            Context.Kernels.AddSum(dz, _g.OutW, partial + _taps * 16);
    }

    private void AddInterior(float* padded, int height, float* gradient)
    {
        int reached = Math.Clamp(_columnsX - _g.PadLeft, 0, _g.InW);
        for (int row = 0; row < _g.InH; row++, gradient += _g.InW * 16)
        {
            if (!_add)
                new Span<float>(gradient, _g.InW * 16).Clear();
            if (row + _g.PadTop < height)
                Context.Kernels.AddStrided(padded + ((nint)(row + _g.PadTop) * _columnsX + _g.PadLeft) * 16, gradient, 16, reached);
        }
    }

    private void Reduce(int block, int workerIndex)
    {
        int lanes = _output.Stored.Lanes(block), blocks = _output.Stored.Blocks;
        for (int lane = 0; lane < lanes; lane++)
            for (int tap = 0; tap <= _taps; tap++)
            {
                float sum = 0;
                for (int image = 0; image < _summedImages; image++)
                    sum += Partial(_summed, image * blocks + block)[tap * 16 + lane];
                if (tap < _taps && _weight.Trainable)
                    _weight.Gradient[(block * 16 + lane) * _taps + tap] += sum;
                if (tap == _taps && _bias is { Trainable: true })
                    _bias.Gradient[block * 16 + lane] += sum;
            }
    }
}
