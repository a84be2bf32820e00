using System.Numerics.Tensors;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Learning;

/// <summary>
/// A convolution as a product of matrices, band of pixels by band: every band's input is laid out as [K/16][pixels][16], where K runs
/// over taps and input channels. Backward multiplies by the transposed weights and sums outer products into
/// partial weight gradients, one for each fixed group of bands, which are added in order.
/// </summary>
internal abstract unsafe class ConvolutionStage : BlockedStage
{
    private const int BandFloats = 56 * 1024, MaxGroups = 16, LargeWeights = 64 * 1024;

    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly NativeBuffer _packed, _packedBias;
    private readonly SlottedJob _pack, _forward, _backward, _reduce;
    private NativeBuffer? _transposed;
    private readonly int _bands, _outerBlocks, _groups;
    private bool _again;

    protected ConvolutionStage(BlockedContext context, Window window, BlockedValue output, Parameter weight, Parameter? bias, int inputBlocks, int lastLanes, bool wholePictures) : base(context)
    {
        WindowOf = window;
        Output = output;
        _weight = weight;
        _bias = bias;
        InputBlocks = inputBlocks;
        LastLanes = lastLanes;
        OutputBlocks = output.Shape.Blocks;
        int pixels = output.Shape.Pixels, unit = window.IsPoint ? 14 : window.OutW;
        int fit = Math.Max(BandFloats / ((InputBlocks + OutputBlocks) * 16) / unit, 1) * unit;
        _bands = (pixels + fit - 1) / fit;
        BandPixels = Math.Min((pixels + _bands * unit - 1) / (_bands * unit) * unit, pixels);
        _bands = (pixels + BandPixels - 1) / BandPixels;
        _outerBlocks = wholePictures ? 1 : _bands;
        int most = (long)InputBlocks * OutputBlocks * 256 > LargeWeights ? MaxGroups / 2 : MaxGroups;
        _groups = Math.Min(output.Shape.Batch * _outerBlocks, most);
        _packed = new NativeBuffer((long)InputBlocks * OutputBlocks * 256);
        _packedBias = new NativeBuffer(OutputBlocks * 16);
        _pack = new SlottedJob(Pack);
        _forward = new SlottedJob(ForwardBand);
        _backward = new SlottedJob(BackwardGroup);
        _reduce = new SlottedJob(Reduce);
        output.StatisticsCounts = [.. Enumerable.Range(0, output.Shape.Batch * _bands).Select(i => Math.Min(BandPixels, pixels - i % _bands * BandPixels))];
        context.Reserve((long)(2 * InputBlocks + OutputBlocks) * 16 * BandPixels, _groups * PartialLength, Math.Max(InputBlocks, OutputBlocks) * 16);
    }

    protected Window WindowOf { get; }

    protected BlockedValue Output { get; }

    /// <summary>Blocks of 16 rows of the weight matrix.</summary>
    protected int InputBlocks { get; }

    /// <summary>Rows in the last block.</summary>
    protected int LastLanes { get; }

    protected int OutputBlocks { get; }

    /// <summary>Most pixels of a band.</summary>
    protected int BandPixels { get; }

    protected abstract bool WantsInputGradient { get; }

    public override IReadOnlyList<BlockedValue> BackwardReads => _weight.Trainable ? Reads : [];

    public override BlockedValue? Makes => Output;

    public override bool NeedsBackward => Output.NeedsGradient;

    private long PartialLength => (long)InputBlocks * OutputBlocks * 256 + OutputBlocks * 16;

    /// <summary>Index into the weight tensor of row (block, lane) for output channel 0, or −1 for padding; output channels are <see cref="RowsPerOutput"/> apart.</summary>
    protected abstract int WeightIndex(int inputBlock, int lane);

    /// <summary>Weights of one output channel.</summary>
    protected abstract int RowsPerOutput { get; }

    /// <summary>Lays out a band's input, or tells where it already lies in that form.</summary>
    protected abstract float* GatherBand(int picture, int pixel, int count, float* scratch, out nint block);

    /// <summary>Adds W ᵀ·dz of a band to the gradient of the input.</summary>
    protected abstract void ScatterBand(int picture, int pixel, int count, float* dz, nint dzBlock, float* transposed, float* scratch);

    /// <summary>Called before the bands of a picture when pictures are handled whole.</summary>
    protected virtual void StartPicture(int picture)
    {
    }

    public override void Forward(long step)
    {
        if (WantsInputGradient && _transposed is null)
            _transposed = new NativeBuffer(_packed.Length);
        Context.Workers.Run(OutputBlocks, _pack);
        Context.Workers.Run(Output.Shape.Batch * _bands, _forward);
    }

    /// <summary>The weights are those of the forward pass, still packed, and the statistics are known.</summary>
    public override void ForwardAgain()
    {
        _again = true;
        Context.Workers.Run(Output.Shape.Batch * _bands, _forward);
        _again = false;
    }

    public override void Backward()
    {
        Context.Workers.Run(_groups, _backward);
        if (_weight.Trainable || _bias is { Trainable: true })
            Context.Workers.Run(OutputBlocks, _reduce);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _packed.Dispose();
        _packedBias.Dispose();
        _transposed?.Dispose();
    }

    private void Pack(int block, int slot)
    {
        ReadOnlySpan<float> w = _weight.Value;
        int outputs = Output.Shape.Lanes(block), rows = RowsPerOutput;
        float* to = _packed.Pointer + (nint)block * InputBlocks * 256;
        for (int i = 0; i < InputBlocks; i++, to += 256)
            for (int lane = 0; lane < 16; lane++)
            {
                int index = WeightIndex(i, lane);
                if (index < 0)
                    continue;
                index += block * 16 * rows;
                for (int o = 0; o < outputs; o++)
                    to[lane * 16 + o] = w[index + o * rows];
                if (_transposed is not null)
                {
                    float* back = _transposed.Pointer + ((nint)i * OutputBlocks + block) * 256 + lane;
                    for (int o = 0; o < outputs; o++)
                        back[o * 16] = w[index + o * rows];
                }
            }
        if (_bias is not null)
            _bias.Value.Slice(block * 16, outputs).CopyTo(new Span<float>(_packedBias.Pointer + block * 16, outputs));
    }

    private void ForwardBand(int chunk, int slot)
    {
        int picture = chunk / _bands, pixel = chunk % _bands * BandPixels, count = Math.Min(BandPixels, Output.Shape.Pixels - pixel);
        float* x = GatherBand(picture, pixel, count, Context.Scratch(slot), out nint xBlock);
        float* y = Output.Stored.At(picture, 0) + (nint)pixel * 16;
        TileRun.Multiply(Context.Kernels.Family, x, xBlock, InputBlocks, LastLanes, _packed.Pointer, _packedBias.Pointer, y, Output.Shape.Plane, OutputBlocks, count, false);
        for (int b = 0; b < OutputBlocks && !_again; b++)
            Output.Statistics?.Take(Context.Kernels, chunk, b, y + b * Output.Shape.Plane, count, true);
    }

    private void BackwardGroup(int group, int slot)
    {
        float* partial = Context.Partials + group * PartialLength, biasPartial = partial + (nint)InputBlocks * OutputBlocks * 256, scratch = Context.Scratch(slot);
        new Span<float>(partial, (int)PartialLength).Clear();
        int units = Output.Shape.Batch * _outerBlocks;
        for (int unit = (int)((long)units * group / _groups); unit < (long)units * (group + 1) / _groups; unit++)
            if (_outerBlocks > 1)
                BackwardBand(unit / _bands, unit % _bands, scratch, partial, biasPartial);
            else
            {
                if (!WindowOf.IsPoint)
                    StartPicture(unit);
                for (int band = 0; band < _bands; band++)
                    BackwardBand(unit, band, scratch, partial, biasPartial);
            }
    }

    private void BackwardBand(int picture, int band, float* scratch, float* partial, float* biasPartial)
    {
        GradientKernels kernels = Context.Kernels;
        int pixel = band * BandPixels, count = Math.Min(BandPixels, Output.Shape.Pixels - pixel);
        float* dz = scratch;
        nint dzBlock = (nint)count * 16;
        if (Output.Map is null)
        {
            dz = Output.Gradient!.At(picture, 0) + (nint)pixel * 16;
            dzBlock = Output.Shape.Plane;
        }
        else
            for (int b = 0; b < OutputBlocks; b++)
                Output.LoadGradient(kernels, picture, b, pixel, dz + b * dzBlock, count);
        scratch += (nint)OutputBlocks * 16 * BandPixels;
        if (_bias is { Trainable: true })
            for (int b = 0; b < OutputBlocks; b++)
                kernels.AddSum(dz + b * dzBlock, count, biasPartial + b * 16);
        if (_weight.Trainable)
            AddOuterProducts(GatherBand(picture, pixel, count, scratch, out nint xBlock), xBlock, dz, dzBlock, count, partial);
        if (WantsInputGradient)
            ScatterBand(picture, pixel, count, dz, dzBlock, _transposed!.Pointer, scratch);
    }

    private void AddOuterProducts(float* x, nint xBlock, float* dz, nint dzBlock, int count, float* partial)
    {
        GradientKernels kernels = Context.Kernels;
        int most = kernels.OuterBlocks, row = OutputBlocks * 16;
        for (int i = 0; i < InputBlocks; i++)
            for (int lane = 0; lane < (i == InputBlocks - 1 ? LastLanes : 16); lane += kernels.OuterRows)
                for (int b = 0; b < OutputBlocks;)
                {
                    int left = OutputBlocks - b, own = left == most + 1 && most > 2 ? 2 : Math.Min(most, left);
                    kernels.Outer(own)(x + i * xBlock + lane, dz + b * dzBlock, dzBlock, partial + ((nint)i * 16 + lane) * row + b * 16, row, count);
                    b += own;
                }
    }

    /// <summary>Adds the partial sums of one block of output channels to the gradients.</summary>
    private void Reduce(int block, int slot)
    {
        int outputs = Output.Shape.Lanes(block), row = OutputBlocks * 16, rows = RowsPerOutput;
        float* first = Context.Partials + block * 16;
        Span<float> sum = stackalloc float[16];
        if (_weight.Trainable)
        {
            Span<float> gradient = _weight.Gradient;
            for (int i = 0; i < InputBlocks; i++)
                for (int lane = 0; lane < 16; lane++)
                {
                    int index = WeightIndex(i, lane);
                    if (index < 0)
                        continue;
                    AddGroups(first + ((nint)i * 16 + lane) * row, sum);
                    index += block * 16 * rows;
                    for (int o = 0; o < outputs; o++)
                        gradient[index + o * rows] += sum[o];
                }
        }
        if (_bias is { Trainable: true })
        {
            AddGroups(first + (nint)InputBlocks * OutputBlocks * 256, sum);
            TensorPrimitives.Add(_bias.Gradient.Slice(block * 16, outputs), sum[..outputs], _bias.Gradient.Slice(block * 16, outputs));
        }
    }

    private void AddGroups(float* from, Span<float> sum)
    {
        sum.Clear();
        for (int group = 0; group < _groups; group++, from += PartialLength)
            TensorPrimitives.Add(sum, new ReadOnlySpan<float>(from, 16), sum);
    }
}
