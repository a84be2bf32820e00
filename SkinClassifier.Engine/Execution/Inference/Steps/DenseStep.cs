using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>A fully connected layer: the images of a pass are the pixels of a 1×1 convolution.</summary>
internal sealed unsafe class DenseStep : InferenceStep, IChunkedWork
{
    private readonly PlanBuffer _x, _y, _blockedX, _blockedY;
    private readonly int _inputs, _outputs, _inputBlocks, _outputBlocks, _groups;
    private readonly Activation _activation;
    private readonly KernelFamily _family;
    private readonly PinnedFloats _weights, _bias;
    private int _images;

    /// <summary>
    /// Prepares <paramref name="node"/> from rows of <paramref name="x"/> to rows of <paramref name="y"/>, for at most <paramref name="images"/>
    /// rows.
    /// </summary>
    public DenseStep(FusedDense node, PlanBuffer x, PlanBuffer y, int images, PackedWeights store, KernelFamily family)
    {
        (_x, _y, _activation, _family) = (x, y, node.Activation, family);
        (_outputs, _inputs) = node.KByM ? (node.Weights.Shape[1], node.Weights.Shape[0]) : (node.Weights.Shape[0], node.Weights.Shape[1]);
        (_inputBlocks, _outputBlocks) = ((_inputs + 15) / 16, (_outputs + 15) / 16);
        _groups = (_outputBlocks + family.MaxBlocks - 1) / family.MaxBlocks;
        _blockedX = new PlanBuffer((long)_inputBlocks * 16 * images);
        _blockedY = new PlanBuffer((long)_outputBlocks * 16 * images);
        _weights = store.Get($"{node.Key}|dense", (long)_inputBlocks * _outputBlocks * 256, memory => Pack(node, memory.Span));
        _bias = ConvolutionWeights.PerChannel(store, node.Key + "|bias", node.Bias);
    }

    /// <inheritdoc/>
    public override string Name => $"Dense {_inputs}→{_outputs}";

    /// <inheritdoc/>
    public override double Work => 2.0 * _inputs * _outputs;

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => [_x, _y, _blockedX, _blockedY];

    /// <inheritdoc/>
    public override void Run(int images, WorkerPool workers)
    {
        _images = images;
        for (int image = 0; image < images; image++)
            for (int block = 0; block < _inputBlocks; block++)
            {
                int lanes = Math.Min(16, _inputs - block * 16);
                float* to = _blockedX.Pointer + ((nint)block * images + image) * 16;
                new ReadOnlySpan<float>(_x.Pointer + (nint)image * _inputs + block * 16, lanes).CopyTo(new Span<float>(to, lanes));
            }
        workers.Run(_groups, this);
    }

    /// <inheritdoc/>
    public void Run(int group)
    {
        int first = group * _outputBlocks / _groups, end = (group + 1) * _outputBlocks / _groups, blocks = end - first;
        ConvolutionTile tile = new()
        {
            X = _blockedX.Pointer,
            XBlock = (nint)_images * 16,
            Weights = _weights.Pointer + (nint)first * _inputBlocks * 256,
            WeightBlock = (nint)_inputBlocks * 256,
            Bias = _bias.Pointer + first * 16,
            Y = _blockedY.Pointer + (nint)first * _images * 16,
            YBlock = (nint)_images * 16,
            InputBlocks = _inputBlocks,
            LastLanes = _inputs - (_inputBlocks - 1) * 16,
            KernelHeight = 1,
            KernelWidth = 1,
        };
        float* y = tile.Y;
        RowCut cut = RowCut.Of(_images, _family.PixelLimit(blocks));
        RunTiles(&tile, cut.WidePixels, cut.WideCount, blocks);
        RunTiles(&tile, cut.NarrowPixels, cut.NarrowCount, blocks);
        _family.Activate(y, y, (nint)blocks * _images, _activation);
        for (int image = 0; image < _images; image++)
            for (int block = first; block < end; block++)
            {
                int lanes = Math.Min(16, _outputs - block * 16);
                new ReadOnlySpan<float>(_blockedY.Pointer + ((nint)block * _images + image) * 16, lanes)
                    .CopyTo(new Span<float>(_y.Pointer + (nint)image * _outputs + block * 16, lanes));
            }
    }

    private void RunTiles(ConvolutionTile* tile, int pixels, int tiles, int blocks)
    {
        if (tiles > 0)
            TileRow.Run(tile, _family.Convolution(pixels, blocks, 1), pixels, tiles, 16);
    }

    private void Pack(FusedDense node, Span<float> to)
    {
        ReadOnlySpan<float> from = node.Weights.Values;
        for (int o = 0; o < _outputs; o++)
            for (int i = 0; i < _inputs; i++)
                to[(o / 16 * _inputBlocks + i / 16) * 256 + i % 16 * 16 + o % 16] = (node.KByM ? from[i * _outputs + o] : from[o * _inputs + i]) * node.Alpha;
    }
}

/// <summary>Softmax over the last axis: y = e^(x − max) / Σ e^(x − max).</summary>
internal sealed unsafe class SoftmaxStep(PlanBuffer x, PlanBuffer y, int rowsPerImage, int length) : ChunkedStep
{
    /// <inheritdoc/>
    public override string Name => $"Softmax {length}";

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => [x, y];

    /// <inheritdoc/>
    protected override int ChunksPerImage => rowsPerImage;

    /// <inheritdoc/>
    protected override void Run(int image, int chunk)
    {
        nint start = ((nint)image * rowsPerImage + chunk) * length;
        ReadOnlySpan<float> from = new(x.Pointer + start, length);
        Span<float> to = new(y.Pointer + start, length);
        float max = float.NegativeInfinity;
        foreach (float value in from)
            max = MathF.Max(max, value);
        double sum = 0;
        for (int i = 0; i < length; i++)
            sum += to[i] = MathF.Exp(from[i] - max);
        float factor = (float)(1 / sum);
        for (int i = 0; i < length; i++)
            to[i] *= factor;
    }
}
