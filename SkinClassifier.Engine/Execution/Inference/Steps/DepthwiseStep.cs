using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>A depthwise convolution: every channel on its own.</summary>
internal sealed unsafe class DepthwiseStep : ChunkedStep
{
    /// <summary>Multiply-adds of 16 channels that a chunk has at least: some microseconds.</summary>
    private const long ChunkWork = 8192;

    private readonly BlockedTensor _x, _y;
    private readonly BlockedTensor? _residual;
    private readonly Window _window;
    private readonly Activation _activation;
    private readonly KernelFamily _family;
    private readonly PinnedFloats _weights, _bias;
    private readonly RowCut _cut;
    private readonly int _bands, _parts;
    private readonly nint _ahead;
    private readonly int _columns;
    private readonly bool _byRows;

    /// <summary>Prepares <paramref name="node"/> from <paramref name="x"/> to <paramref name="y"/>.</summary>
    public DepthwiseStep(FusedConvolution node, BlockedTensor x, BlockedTensor y, BlockedTensor? residual, PackedWeights store, KernelFamily family)
    {
        (_x, _y, _residual, _window, _activation, _family) = (x, y, residual, node.Window, node.Activation, family);
        _weights = ConvolutionWeights.Depthwise(store, node);
        _bias = ConvolutionWeights.PerChannel(store, node.Key + "|bias", node.Bias);
        _columns = _window is { DilationW: 1, StrideW: <= 2 } and ({ KernelH: 3, KernelW: 3 } or { KernelW: 5 or 7 }) ? _window.KernelW : 0;
        _cut = RowCut.Of(y.Width, _window.StrideW > 2 ? 1 : family.PixelLimit(1)); // one pixel a tile serves any stride
        _byRows = y.Height * y.Width >= ConvolutionGeometry.SmallPlane;
        _bands = Math.Clamp(y.Height * y.Width * _window.KernelH * _window.KernelW / 16384, _byRows ? 2 : 1, y.Height);
        long work = (long)y.Blocks * y.Height * y.Width * _window.KernelH * _window.KernelW / _bands;
        _parts = (int)Math.Clamp(work / ChunkWork, Math.Min(4, y.Blocks), y.Blocks);
        _ahead = y.Height * y.Width < 1024 ? x.Block : _window.KernelH * _window.DilationH * x.Row;
        Name = $"Depthwise {_window.KernelH}×{_window.KernelW}{(_window.StrideH > 1 ? "s" + _window.StrideH : "")} {y.Channels} {y.Height}×{y.Width}";
        Work = 2.0 * node.Weights.Shape.ElementCount * y.Height * y.Width;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override double Work { get; }

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => _residual is null ? [_x.Buffer, _y.Buffer] : [_x.Buffer, _y.Buffer, _residual.Buffer];

    /// <inheritdoc/>
    protected override int ChunksPerImage => _parts * _bands;

    /// <inheritdoc/>
    protected override void Run(int image, int chunk)
    {
        int part = _byRows ? chunk % _parts : chunk / _bands, band = _byRows ? chunk / _parts : chunk % _bands;
        for (int block = part * _y.Blocks / _parts; block < (part + 1) * _y.Blocks / _parts; block++)
            RunBlock(image, block, band * _y.Height / _bands, (band + 1) * _y.Height / _bands);
    }

    private void RunBlock(int image, int block, int from, int to)
    {
        ConvolutionTile tile = new()
        {
            XRow = _window.DilationH * _x.Row,
            XColumn = _window.DilationW * 16,
            XAhead = _ahead,
            Weights = _weights.Pointer + (nint)block * _window.KernelH * _window.KernelW * 16,
            Bias = _bias.Pointer + block * 16,
            KernelHeight = _window.KernelH,
            KernelWidth = _window.KernelW,
            Clip = _activation.Kind == ActivationKind.Clip,
            Low = _activation.A,
            High = _activation.B,
        };
        for (int row = from; row < to; row++)
        {
            tile.X = _x.At(image, block, row * _window.StrideH - _window.PadTop, -_window.PadLeft);
            float* y = _y.At(image, block, row, 0);
            tile.Y = y;
            tile.Residual = _residual is null ? null : _residual.At(image, block, row, 0);
            RunTiles(&tile, _cut.WidePixels, _cut.WideCount);
            RunTiles(&tile, _cut.NarrowPixels, _cut.NarrowCount);
            if (_activation.Kind > ActivationKind.Clip)
                _family.Activate(y, y, _y.Width, _activation);
        }
        _y.ClearBorder(image, block, from, to);
    }

    private void RunTiles(ConvolutionTile* tile, int pixels, int tiles)
    {
        if (tiles > 0)
            TileRow.Run(tile, _family.Depthwise(pixels, _window.StrideW, _columns), pixels, tiles, _window.StrideW * 16);
    }
}
