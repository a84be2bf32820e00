using System.Numerics.Tensors;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// A convolution as a product of matrices, band of pixels by band: every band's input is laid out as [K/16][pixels][16], where K runs
/// over taps and input channels. Backward multiplies by the transposed weights and sums outer products into
/// partial weight gradients, one for each fixed group of bands, which are added in order. With groups of channels there is one such product for each part.
/// Large weights pass by tap by tap for several bands of one row each, and their gradients are summed panel by panel (a block of input channels, all
/// taps) over all groups, so that weights and partial gradients stay in the cache; the order of the sums is the same.
/// </summary>
internal abstract unsafe class ConvolutionTrainingStep : BlockedTrainingStep
{
    private const int BandFloats = 56 * 1024, MaxGroups = 16, LargeWeights = 64 * 1024, OuterPixels = 112;

    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly NativeBuffer _packed, _packedBias;
    private readonly WorkerIndexedJob _pack, _forward, _backward, _reduce, _spread, _panel;
    private readonly bool _byPanels;
    private NativeBuffer? _transposed;
    private readonly int _bands, _outerBlocks, _groups, _lastLanes, _joined, _runs;
    private readonly SliceSums? _slices;
    private bool _again;
    private float* _summed;
    private int _summedGroups;

    protected ConvolutionTrainingStep(BlockedContext context, Window window, BlockedValue output, Parameter weight, Parameter? bias, ConvolutionParts parts,
        int inputBlocks, int lastLanes, bool wholeImages) : base(context)
    {
        WindowOf = window;
        Output = output;
        _weight = weight;
        _bias = bias;
        Parts = parts;
        InputBlocks = inputBlocks;
        _lastLanes = lastLanes;
        OutputBlocks = output.Stored.Blocks;
        int pixels = output.Stored.Pixels, unit = CutsAnywhere ? 14 : window.OutW;
        int fit = Math.Max(BandFloats / ((InputBlocks + OutputBlocks) * 16) / unit, 1) * unit;
        _bands = (pixels + fit - 1) / fit;
        BandPixels = Math.Min((pixels + _bands * unit - 1) / (_bands * unit) * unit, pixels);
        _bands = (pixels + BandPixels - 1) / BandPixels;
        _outerBlocks = wholeImages ? 1 : _bands;
        bool isLarge = WeightLength > LargeWeights && Panels > 1;
        _joined = window.IsPoint || BandPixels != window.OutW || !isLarge ? 1
            : Math.Clamp(OuterPixels / BandPixels, 1, Math.Min(_bands, BlocksPerPanel));
        _runs = (_bands + _joined - 1) / _joined;
        _joined = (_bands + _runs - 1) / _runs;
        int most = WeightLength > LargeWeights ? MaxGroups / 2 : MaxGroups;
        _groups = Math.Min(output.Stored.Images * context.Processes * _outerBlocks, most) / context.Processes;
        _packed = new NativeBuffer(WeightLength);
        _packedBias = new NativeBuffer(OutputBlocks * 16);
        _slices = context.MakeSums(output.NeedsGradient && Trains, _groups, PartialLength);
        _byPanels = isLarge && context.Chain is null && weight.Trainable && bias is not { Trainable: true };
        _spread = new WorkerIndexedJob(SpreadUnit);
        _panel = new WorkerIndexedJob(SumPanel);
        _pack = new WorkerIndexedJob(Pack);
        _forward = new WorkerIndexedJob(ForwardRun);
        _backward = new WorkerIndexedJob(BackwardGroup);
        _reduce = new WorkerIndexedJob(Reduce);
        output.StatisticsCounts = [.. Enumerable.Range(0, output.Stored.Images * _bands).Select(i => Math.Min(BandPixels, pixels - i % _bands * BandPixels))];
        context.Reserve((long)(2 * InputBlocks + OutputBlocks) * 16 * BandPixels, _byPanels ? 0 : _groups * PartialLength,
            Math.Max(InputBlocks, OutputBlocks) * 16);
        context.Reserve(2 * PanelLength + (long)BandPixels * 16, 0, 0);
    }

    protected Window WindowOf { get; }

    protected BlockedValue Output { get; }

    protected ConvolutionParts Parts { get; }

    /// <summary>Blocks of 16 rows of the weight matrix of a full part.</summary>
    protected int InputBlocks { get; }

    /// <summary>Blocks of output channels of all parts.</summary>
    protected int OutputBlocks { get; }

    /// <summary>Most pixels of a band.</summary>
    protected int BandPixels { get; }

    protected abstract bool WantsInputGradient { get; }

    public override IReadOnlyList<BlockedValue> BackwardReads => _weight.Trainable ? Reads : [];

    public override BlockedValue? Makes => Output;

    public override bool NeedsBackward => Output.NeedsGradient;

    /// <summary>Floats of the packed matrix of one part.</summary>
    private long PartLength => (long)InputBlocks * Parts.Outputs * 256;

    private bool Trains => _weight.Trainable || _bias is { Trainable: true };

    /// <summary>Partial sums of the first group of bands.</summary>
    private float* Partials => _slices is null ? Context.Partials : _slices.Slices;

    private long WeightLength => Parts.Count * PartLength;

    private long PartialLength => WeightLength + OutputBlocks * 16;

    /// <summary>Blocks of 16 rows of the weight matrix of one part.</summary>
    protected virtual int RowBlocks(int part) => InputBlocks;

    /// <summary>Whether a band may begin in the middle of a row.</summary>
    protected abstract bool CutsAnywhere { get; }

    /// <summary>Blocks of 16 rows for each block of input channels.</summary>
    protected abstract int BlocksPerPanel { get; }

    private int Panels => InputBlocks / BlocksPerPanel;

    /// <summary>Floats of the gradient of a panel: for every one of its blocks 16 rows of all output channels of a part.</summary>
    private long PanelLength => (long)BlocksPerPanel * PanelBlock;

    private int PanelBlock => Parts.Outputs * 256;

    /// <summary>
    /// Where row (block, lane) of a part's matrix lies among the weights of an output channel, and the output channels that it belongs to: none for
    /// padding.
    /// </summary>
    protected abstract (int Index, int First, int End) WeightRow(int part, int inputBlock, int lane);

    /// <summary>Weights of one output channel.</summary>
    protected abstract int RowsPerOutput { get; }

    /// <summary>Lays out a band's input of one part, or tells where it already lies in that form.</summary>
    protected abstract float* GatherBand(int part, int image, int pixel, int count, float* scratch, out nint block);

    /// <summary>As <see cref="GatherBand"/>, for one block of 16 rows; only asked for where there are several panels.</summary>
    protected virtual float* GatherBlock(int part, int inputBlock, int image, int pixel, int count, float* scratch) =>
        throw new NotSupportedException("A convolution of one panel has its whole bands gathered.");

    /// <summary>Adds W ᵀ·dz of a band of one part to the gradient of the input.</summary>
    protected abstract void ScatterBand(int part, int image, int pixel, int count, float* dz, nint dzBlock, float* transposed, float* scratch);

    /// <summary>Output channels in the last block of a part.</summary>
    protected int OutputLanes(int part) => part == Parts.Count - 1 ? Output.Stored.LastLanes : 16;

    private int InputLanes(int part) => part == Parts.Count - 1 ? _lastLanes : 16;

    /// <summary>Bands of all images.</summary>
    protected int Bands => Output.Stored.Images * _bands;

    /// <summary>
    /// Called when pixels of a band of the input's gradient are written, <paramref name="first"/> with the first of a band; only where windows do not
    /// overlap are they final.
    /// </summary>
    protected virtual void FinishPixels(int band, int image, int pixel, int count, bool first)
    {
    }

    /// <summary>Called before the bands of an image when images are handled whole.</summary>
    protected virtual void StartImage(int image)
    {
    }

    public override void Forward(long iteration)
    {
        if (WantsInputGradient && _transposed is null)
            _transposed = new NativeBuffer(_packed.Length);
        Context.Workers.Run(OutputBlocks, _pack);
        Context.RunImages(Output.Stored.Images * _runs, _forward);
    }

    /// <summary>The weights are those of the forward pass, still packed, and the statistics are known.</summary>
    public override void ForwardAgain()
    {
        _again = true;
        Context.RunImages(Output.Stored.Images * _runs, _forward);
        _again = false;
    }

    public override void Backward()
    {
        if (_byPanels)
        {
            Context.RunImages(Output.Stored.Images * _outerBlocks, _spread);
            Context.Workers.Run(Parts.Count * Panels, _panel);
            return;
        }
        Context.RunImages(_groups, _backward);
        if (_slices is null && Trains)
            AddToGradients(Context.Partials, _groups);
    }

    public override SliceSums? Sums => _slices;

    public override void FinishSums() => AddToGradients(_slices!.First, 1);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _packed.Dispose();
        _packedBias.Dispose();
        _transposed?.Dispose();
        _slices?.Dispose();
    }

    private void AddToGradients(float* partials, int groups)
    {
        _summed = partials;
        _summedGroups = groups;
        Context.Workers.Run(Parts.Count * Panels, _reduce);
    }

    private void Pack(int block, int workerIndex)
    {
        ReadOnlySpan<float> w = _weight.Value;
        int part = block / Parts.Outputs, own = block % Parts.Outputs, blocks = RowBlocks(part), rows = RowsPerOutput, from = block * 16,
            until = from + Output.Stored.Lanes(block);
        float* to = _packed.Pointer + part * PartLength + (nint)own * blocks * 256;
        for (int i = 0; i < blocks; i++, to += 256)
            for (int lane = 0; lane < 16; lane++)
            {
                (int index, int first, int end) = WeightRow(part, i, lane);
                (first, end) = (Math.Max(first, from), Math.Min(end, until));
                for (int o = first; o < end; o++)
                    to[lane * 16 + o - from] = w[index + o * rows];
                if (_transposed is null)
                    continue;
                float* back = _transposed.Pointer + part * PartLength + ((nint)i * Parts.OutputsOf(part) + own) * 256 + lane;
                for (int o = first; o < end; o++)
                    back[(o - from) * 16] = w[index + o * rows];
            }
        if (_bias is not null)
            _bias.Value[from..until].CopyTo(new Span<float>(_packedBias.Pointer + from, until - from));
    }

    private void ForwardRun(int chunk, int workerIndex)
    {
        int image = chunk / _runs, first = chunk % _runs * _joined, end = Math.Min(first + _joined, _bands), pixel = first * BandPixels,
            count = Math.Min(end * BandPixels, Output.Stored.Pixels) - pixel;
        float* y = Output.Stored.At(image, 0) + (nint)pixel * 16;
        for (int part = 0; part < Parts.Count; part++)
            if (_joined == 1)
            {
                float* x = GatherBand(part, image, pixel, count, Context.Scratch(workerIndex), out nint xBlock);
                Multiply(part, 0, RowBlocks(part), x, xBlock, y, count);
            }
            else
                MultiplyTaps(part, image, pixel, count, Context.Scratch(workerIndex), y);
        for (int band = first; band < end && !_again; band++)
            for (int b = 0; b < OutputBlocks; b++)
                Output.Statistics?.Take(Context.Kernels, image * _bands + band, b, y + b * Output.Stored.Block + (nint)(band - first) * BandPixels * 16,
                    Math.Min(BandPixels, Output.Stored.Pixels - band * BandPixels), true);
    }

    /// <summary>Every tap's input and weights stay in the cache for all pixels; the sums go on from tap to tap.</summary>
    private void MultiplyTaps(int part, int image, int pixel, int count, float* x, float* y)
    {
        int blocks = RowBlocks(part) / BlocksPerPanel;
        nint xBlock = (nint)count * 16;
        for (int first = 0; first < RowBlocks(part); first += blocks)
        {
            for (int i = 0; i < blocks; i++)
                GatherBlock(part, first + i, image, pixel, count, x + i * xBlock);
            Multiply(part, first, blocks, x, xBlock, y, count);
        }
    }

    /// <summary>Multiplies by so many blocks of rows of a part's matrix; those from the first row on start with the bias.</summary>
    private void Multiply(int part, int firstBlock, int blocks, float* x, nint xBlock, float* y, int count)
    {
        int first = part * Parts.Outputs, all = RowBlocks(part);
        TileRun.Multiply(Context.Kernels.Family, x, xBlock, blocks, firstBlock + blocks == all ? InputLanes(part) : 16,
            _packed.Pointer + part * PartLength + (nint)firstBlock * 256, (nint)all * 256, _packedBias.Pointer + first * 16, y + first * Output.Stored.Block,
            Output.Stored.Block, Parts.OutputsOf(part), count, firstBlock > 0);
    }

    private void BackwardGroup(int group, int workerIndex)
    {
        float* partial = Partials + group * PartialLength, scratch = Context.Scratch(workerIndex);
        new Span<float>(partial, (int)PartialLength).Clear();
        (int first, int end) = UnitsOf(group);
        for (int unit = first; unit < end; unit++)
            BackwardUnit(unit, scratch, partial);
    }

    /// <summary>The bands or, when images are handled whole, the images of a group.</summary>
    private (int First, int End) UnitsOf(int group)
    {
        long units = Output.Stored.Images * _outerBlocks;
        return ((int)(units * group / _groups), (int)(units * (group + 1) / _groups));
    }

    private void SpreadUnit(int unit, int workerIndex) => BackwardUnit(unit, Context.Scratch(workerIndex), null);

    private void BackwardUnit(int unit, float* scratch, float* partial)
    {
        if (_outerBlocks > 1)
        {
            BackwardBand(unit / _bands, unit % _bands, scratch, partial);
            return;
        }
        if (!WindowOf.IsPoint)
            StartImage(unit);
        if (partial == null && _joined > 1)
            for (int band = 0; band < _bands; band += _joined)
                BackwardPixels(unit, band * BandPixels, Math.Min(_joined * BandPixels, Output.Stored.Pixels - band * BandPixels), scratch, null);
        else
            for (int band = 0; band < _bands; band++)
                BackwardBand(unit, band, scratch, partial);
    }

    /// <summary>Points of a kernel without taps need no neighbors: their bands pass by in pieces that leave room in the cache for what comes next.</summary>
    private void BackwardBand(int image, int band, float* scratch, float* partial)
    {
        int first = band * BandPixels, end = Math.Min(first + BandPixels, Output.Stored.Pixels), step = CutsAnywhere ? OuterPixels : BandPixels;
        for (int pixel = first, count; pixel < end; pixel += count)
        {
            count = Math.Min(step, end - pixel);
            BackwardPixels(image, pixel, count, scratch, partial);
            FinishPixels(image * _bands + band, image, pixel, count, pixel == first);
        }
    }

    /// <summary>Without <paramref name="partial"/> the gradient of what is stored takes the place of that of the mapped value, for panels.</summary>
    private void BackwardPixels(int image, int pixel, int count, float* scratch, float* partial)
    {
        GradientKernels kernels = Context.Kernels;
        float* dz = Output.Gradient!.At(image, 0) + (nint)pixel * 16;
        nint dzBlock = Output.Stored.Block;
        if (Output.Map is not null)
        {
            if (partial != null)
            {
                dz = scratch;
                dzBlock = (nint)count * 16;
            }
            for (int b = 0; b < OutputBlocks; b++)
                Output.LoadGradient(kernels, image, b, pixel, dz + b * dzBlock, count);
        }
        scratch += (nint)OutputBlocks * 16 * BandPixels;
        if (_bias is { Trainable: true })
            for (int b = 0; b < OutputBlocks; b++)
                kernels.AddSum(dz + b * dzBlock, count, partial + WeightLength + b * 16);
        for (int part = 0; part < Parts.Count; part++)
        {
            float* own = dz + part * Parts.Outputs * dzBlock;
            if (_weight.Trainable && partial != null)
            {
                float* x = GatherBand(part, image, pixel, count, scratch, out nint xBlock);
                AddOuterProducts(part, x, xBlock, own, dzBlock, count, partial + part * PartLength, new BandAhead(Output, image, pixel + count, count));
            }
            if (WantsInputGradient)
                ScatterBand(part, image, pixel, count, own, dzBlock, _transposed!.Pointer + part * PartLength, scratch);
        }
    }

    /// <summary>In pieces so short that one block of both factors stays in the first cache; every sum goes on from where the last piece left it.</summary>
    private void AddOuterProducts(int part, float* x, nint xBlock, float* dz, nint dzBlock, int count, float* partial, BandAhead ahead)
    {
        int blocks = RowBlocks(part);
        for (int pixel = 0; pixel < count; pixel += OuterPixels)
            for (int i = 0; i < blocks; i++)
                AddOuterBlock(part, i, x + i * xBlock + (nint)pixel * 16, dz + (nint)pixel * 16, dzBlock, Math.Min(OuterPixels, count - pixel),
                    partial + (nint)i * PanelBlock, ref ahead);
    }

    private void AddOuterBlock(int part, int inputBlock, float* x, float* dz, nint dzBlock, int count, float* sums, ref BandAhead ahead)
    {
        GradientKernels kernels = Context.Kernels;
        int most = kernels.OuterBlocks, row = Parts.Outputs * 16, outputs = Parts.OutputsOf(part),
            lanes = inputBlock == RowBlocks(part) - 1 ? InputLanes(part) : 16;
        for (int b = 0; b < outputs;)
        {
            int left = outputs - b, own = left == most + 1 && most > 2 ? 2 : Math.Min(most, left);
            var tile = kernels.Outer(own);
            for (int lane = 0; lane < lanes; lane += kernels.OuterRows)
                tile(x + lane, dz + b * dzBlock, dzBlock, sums + (nint)lane * row + b * 16, row, count, ahead.Next(count, x));
            b += own;
        }
    }

    /// <summary>The gradient of one panel: outer products of each group in a sum of its own, these added in order.</summary>
    private void SumPanel(int chunk, int workerIndex)
    {
        int part = chunk / Panels, panel = chunk % Panels, panels = RowBlocks(part) / BlocksPerPanel, length = (int)PanelLength;
        if (panel >= panels)
            return;
        float* sums = Context.Scratch(workerIndex), own = sums + length, scratch = own + length;
        new Span<float>(sums, length).Clear();
        nint dzBlock = Output.Stored.Block;
        BandAhead none = default;
        for (int group = 0; group < _groups; group++)
        {
            new Span<float>(own, length).Clear();
            (int first, int end) = UnitsOf(group);
            for (int band = _outerBlocks > 1 ? first : first * _bands; band < (_outerBlocks > 1 ? end : end * _bands); band++)
            {
                int image = band / _bands, from = band % _bands * BandPixels, until = Math.Min(from + BandPixels, Output.Stored.Pixels);
                for (int pixel = from, count; pixel < until; pixel += count)
                {
                    count = Math.Min(PieceUnit, until - pixel);
                    float* dz = Output.Gradient!.At(image, part * Parts.Outputs) + (nint)pixel * 16;
                    for (int i = 0; i < BlocksPerPanel; i++)
                        AddOuterBlock(part, i * panels + panel, GatherBlock(part, i * panels + panel, image, pixel, count, scratch), dz, dzBlock, count,
                            own + (nint)i * PanelBlock, ref none);
                }
            }
            Span<float> sum = new(sums, length);
            TensorPrimitives.Add(sum, new ReadOnlySpan<float>(own, length), sum);
        }
        AddPanel(part, panel, sums);
    }

    /// <summary>Pixels of a piece of a band: whole rows of the output unless the kernel is a point.</summary>
    private int PieceUnit => WindowOf.IsPoint ? OuterPixels : Math.Max(OuterPixels / WindowOf.OutW, 1) * WindowOf.OutW;

    /// <summary>Adds the partial sums of one panel to the gradients, and those of the biases of its part with the first.</summary>
    private void Reduce(int chunk, int workerIndex)
    {
        int part = chunk / Panels, panel = chunk % Panels, panels = RowBlocks(part) / BlocksPerPanel;
        if (_weight.Trainable && panel < panels)
        {
            float* sums = Context.Scratch(workerIndex);
            for (int i = 0; i < BlocksPerPanel; i++)
                AddGroups(_summed + part * PartLength + (nint)(i * panels + panel) * PanelBlock, new Span<float>(sums + (nint)i * PanelBlock, PanelBlock));
            AddPanel(part, panel, sums);
        }
        if (panel > 0 || _bias is not { Trainable: true })
            return;
        Span<float> sum = stackalloc float[16];
        for (int block = part * Parts.Outputs; block < part * Parts.Outputs + Parts.OutputsOf(part); block++)
        {
            int from = block * 16, until = from + Output.Stored.Lanes(block);
            AddGroups(_summed + WeightLength + from, sum);
            TensorPrimitives.Add(_bias.Gradient[from..until], sum[..(until - from)], _bias.Gradient[from..until]);
        }
    }

    private void AddGroups(float* from, Span<float> sum)
    {
        sum.Clear();
        for (int group = 0; group < _summedGroups; group++, from += PartialLength)
            TensorPrimitives.Add(sum, new ReadOnlySpan<float>(from, sum.Length), sum);
    }

    /// <summary>Adds sums [block][16][output channels] of a panel to the gradients: output channel by output channel, whose weights lie side by side.</summary>
    private void AddPanel(int part, int panel, float* sums)
    {
        int panels = RowBlocks(part) / BlocksPerPanel, count = BlocksPerPanel * 16, row = Parts.Outputs * 16, from = part * row, rows = RowsPerOutput;
        Span<(int Index, int First, int End)> places = count <= 1024 ? stackalloc (int, int, int)[count] : new (int, int, int)[count];
        for (int i = 0; i < count; i++)
            places[i] = WeightRow(part, i / 16 * panels + panel, i % 16);
        int until = Math.Min(from + Parts.OutputsOf(part) * 16, Output.Stored.Channels);
        fixed (float* gradient = _weight.Gradient)
            for (int own = from; own < until; own += 16)
                for (int i = 0; i < places.Length; i++)
                {
                    (int index, int first, int end) = places[i];
                    (first, end) = (Math.Max(first, own), Math.Min(end, Math.Min(own + 16, until)));
                    float* to = gradient + index + (nint)first * rows, sum = sums + (nint)i * row + first - from, stop = sum + end - first;
                    for (; sum < stop; sum++, to += rows)
                        *to += *sum;
                }
    }
}
