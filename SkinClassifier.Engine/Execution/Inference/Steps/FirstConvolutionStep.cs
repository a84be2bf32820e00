using System.Numerics;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>A convolution over padded planes of few channels: the first one of a network.</summary>
internal sealed unsafe class FirstConvolutionStep : ChunkedStep
{
    private readonly PaddedPlanes _x;
    private readonly BlockedTensor _y;
    private readonly BlockedTensor? _residual;
    private readonly ConvolutionGeometry _cut;
    private readonly Window _window;
    private readonly Activation _activation;
    private readonly KernelFamily _family;
    private readonly PinnedFloats _weights, _bias;

    /// <summary>Prepares <paramref name="node"/> from <paramref name="x"/> to <paramref name="y"/>.</summary>
    public FirstConvolutionStep(FusedConvolution node, PaddedPlanes x, BlockedTensor y, BlockedTensor? residual, PackedWeights store, KernelFamily family)
    {
        (_x, _y, _residual, _window, _activation, _family) = (x, y, residual, node.Window, node.Activation, family);
        _cut = new ConvolutionGeometry(node, family, flat: false, planar: true);
        _weights = ConvolutionWeights.FirstConvolution(store, node);
        _bias = ConvolutionWeights.PerChannel(store, node.Key + "|bias", node.Bias);
        Name = $"Conv {_window.KernelH}×{_window.KernelW}{(_window.StrideH > 1 ? "s" + _window.StrideH : "")} {x.Channels}→{y.Channels} "
            + $"{y.Height}×{y.Width} planar";
        Work = 2.0 * node.Weights.Shape.ElementCount * y.Height * y.Width;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override double Work { get; }

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => _residual is null ? [_x.Buffer, _y.Buffer] : [_x.Buffer, _y.Buffer, _residual.Buffer];

    /// <inheritdoc/>
    protected override int ChunksPerImage => _cut.Bands * _cut.GroupParts;

    /// <inheritdoc/>
    protected override void Run(int image, int chunk)
    {
        (int from, int to) = _cut.Band(chunk / _cut.GroupParts);
        int part = chunk % _cut.GroupParts, first = part * _cut.AllGroups / _cut.GroupParts, last = (part + 1) * _cut.AllGroups / _cut.GroupParts;
        (int firstRow, int endRow, int firstColumn, int endColumn) = _cut.Rows > 1 ? (from, to, 0, _cut.Columns) : (0, 1, from, to);
        RowCut cut = RowCut.Of(endColumn - firstColumn, _cut.PixelLimit);
        nint perBlock = (nint)_x.Channels * _window.KernelH * _window.KernelW * 16;
        ConvolutionTile tile = new()
        {
            XBlock = _x.Plane,
            XRow = _window.DilationH * _x.Row,
            XColumn = _window.DilationW,
            WeightBlock = perBlock,
            YBlock = _y.Block,
            ResidualBlock = _residual?.Block ?? 0,
            InputBlocks = _x.Channels,
            KernelHeight = _window.KernelH,
            KernelWidth = _window.KernelW,
            Clip = _activation.Kind == ActivationKind.Clip,
            Low = _activation.A,
            High = _activation.B,
        };
        for (int group = first; group < last; group++)
        {
            (int block, int count) = _cut.Groups[group];
            tile.Weights = _weights.Pointer + block * perBlock;
            tile.Bias = _bias.Pointer + block * 16;
            for (int row = firstRow; row < endRow; row++)
            {
                tile.X = _x.Buffer.Pointer + image * _x.Image + (nint)row * _window.StrideH * _x.Row + firstColumn * _window.StrideW;
                float* y = _y.At(image, block, row, firstColumn);
                tile.Y = y;
                tile.Residual = _residual is null ? null : _residual.At(image, block, row, firstColumn);
                RunTiles(&tile, cut.WidePixels, cut.WideCount, count);
                RunTiles(&tile, cut.NarrowPixels, cut.NarrowCount, count);
                if (_activation.Kind > ActivationKind.Clip)
                    for (int b = 0; b < count; b++)
                        _family.Activate(y + b * _y.Block, y + b * _y.Block, endColumn - firstColumn, _activation);
            }
            if (endColumn == _cut.Columns)
                for (int b = 0; b < count; b++)
                    _y.ClearBorder(image, block + b, firstRow, endRow);
        }
    }

    private void RunTiles(ConvolutionTile* tile, int pixels, int tiles, int blocks)
    {
        if (tiles > 0)
            TileRow.Run(tile, _family.FirstConvolution(pixels, blocks, _window.StrideW), pixels, tiles, _window.StrideW);
    }
}

/// <summary>Planes [N][C][rows][columns] with the padding of one convolution around them.</summary>
internal sealed class PaddedPlanes
{
    /// <summary>Lays out planes for <paramref name="window"/>.</summary>
    public PaddedPlanes(int images, int channels, Window window)
    {
        (Channels, Window) = (channels, window);
        Rows = Math.Max(window.InH + window.PadTop, (window.OutH - 1) * window.StrideH + (window.KernelH - 1) * window.DilationH + 1);
        Row = Math.Max(window.InW + window.PadLeft, (window.OutW - 1) * window.StrideW + (window.KernelW - 1) * window.DilationW + 1);
        Plane = Row * Rows;
        Image = Plane * channels;
        Buffer = new PlanBuffer((long)Image * images);
    }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>The convolution's window.</summary>
    public Window Window { get; }

    /// <summary>Rows with padding.</summary>
    public int Rows { get; }

    /// <summary>Floats from row to row.</summary>
    public nint Row { get; }

    /// <summary>Floats from plane to plane.</summary>
    public nint Plane { get; }

    /// <summary>Floats from image to image.</summary>
    public nint Image { get; }

    /// <summary>The memory.</summary>
    public PlanBuffer Buffer { get; }
}

/// <summary>Copies images in NCHW into padded planes, y = x · scale + shift per channel where that is asked for.</summary>
internal sealed unsafe class PadPlanesStep(PlanBuffer x, PaddedPlanes y, (float[] Scale, float[] Shift)? affine) : ChunkedStep
{
    /// <inheritdoc/>
    public override string Name => "Pad planes";

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => [x, y.Buffer];

    /// <inheritdoc/>
    protected override int ChunksPerImage => y.Channels;

    /// <inheritdoc/>
    protected override void Run(int image, int channel)
    {
        Window w = y.Window;
        float* to = y.Buffer.Pointer + image * y.Image + channel * y.Plane;
        new Span<float>(to, (int)y.Plane).Clear();
        float* from = x.Pointer + ((nint)image * y.Channels + channel) * w.InH * w.InW;
        for (int row = 0; row < w.InH; row++)
        {
            ReadOnlySpan<float> source = new(from + (nint)row * w.InW, w.InW);
            Span<float> target = new(to + (row + w.PadTop) * y.Row + w.PadLeft, w.InW);
            if (affine is { } a)
                ScaleRow(source, a.Scale[channel], a.Shift[channel], target);
            else
                source.CopyTo(target);
        }
    }

    private static void ScaleRow(ReadOnlySpan<float> x, float scale, float shift, Span<float> y)
    {
        Vector<float> factor = new(scale), offset = new(shift);
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(x[i..]) * factor + offset).CopyTo(y[i..]);
        for (; i < x.Length; i++)
            y[i] = x[i] * scale + shift;
    }
}
