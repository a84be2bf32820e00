using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>A convolution over blocks of 16 channels, with bias, residual and activation.</summary>
internal sealed unsafe class ConvolutionStep : ChunkedStep
{
    private readonly BlockedTensor _x, _y;
    private readonly BlockedTensor? _residual;
    private readonly ConvolutionGeometry _cut;
    private readonly Window _window;
    private readonly Activation _activation;
    private readonly KernelFamily _family;
    private readonly PinnedFloats _weights, _bias;
    private readonly bool _flat;
    private int _images;

    /// <summary>Prepares <paramref name="node"/> from <paramref name="x"/> to <paramref name="y"/>.</summary>
    public ConvolutionStep(FusedConvolution node, BlockedTensor x, BlockedTensor y, BlockedTensor? residual, PackedWeights store, KernelFamily family)
    {
        (_x, _y, _residual, _window, _activation, _family) = (x, y, residual, node.Window, node.Activation, family);
        _flat = node.Window.IsPoint && x.IsFlat && y.IsFlat && residual?.IsFlat != false;
        _cut = new ConvolutionGeometry(node, family, _flat, planar: false);
        _weights = ConvolutionWeights.Blocked(store, node, _cut);
        _bias = ConvolutionWeights.PerChannel(store, node.Key + "|bias", node.Bias);
        Name = $"Conv {_window.KernelH}×{_window.KernelW}{(_window.StrideH > 1 ? "s" + _window.StrideH : "")} {x.Channels}→{y.Channels} "
            + $"{y.Height}×{y.Width}{(residual is null ? "" : " +")}";
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
    public override void Run(int images, WorkerPool workers)
    {
        _images = images;
        base.Run(images, workers);
    }

    /// <summary>Heavy weights: some images for some output channels before the next ones, so that weights are read seldom.</summary>
    public override void Run(int chunk)
    {
        if (!_cut.WeightsFirst)
        {
            base.Run(chunk);
            return;
        }
        int slab = chunk / (_cut.ImagesAtOnce * ChunksPerImage), first = slab * _cut.ImagesAtOnce, inside = chunk - first * ChunksPerImage;
        int perPart = Math.Min(_cut.ImagesAtOnce, _images - first) * _cut.Bands;
        Run(first + inside % perPart / _cut.Bands, inside % _cut.Bands * _cut.GroupParts + inside / perPart);
    }

    /// <inheritdoc/>
    protected override void Run(int image, int chunk)
    {
        (int from, int to) = _cut.Band(chunk / _cut.GroupParts);
        int part = chunk % _cut.GroupParts, first = part * _cut.AllGroups / _cut.GroupParts, last = (part + 1) * _cut.AllGroups / _cut.GroupParts;
        for (int group = first; group < last; group++)
            RunGroup(image, group / _cut.Groups.Length, _cut.Groups[group % _cut.Groups.Length], from, to, group + 1 < last || last < _cut.AllGroups);
    }

    private void RunGroup(int image, int super, (int First, int Count) group, int from, int to, bool moreFollow)
    {
        int inputBlock = super * _cut.InputBlocksPerSuper, block = super * (_cut.OutputsPerSuper / 16) + group.First;
        int count = Math.Min(group.Count, _y.Blocks - block), inputBlocks = Math.Min(_cut.InputBlocksPerSuper, _x.Blocks - inputBlock);
        if (count <= 0)
            return;
        nint perBlock = (nint)_cut.InputBlocksPerSuper * _window.KernelH * _window.KernelW * 256;
        ConvolutionTile tile = new()
        {
            XBlock = _x.Block,
            XRow = _window.DilationH * _x.Row,
            XColumn = _window.DilationW * 16,
            WeightBlock = perBlock,
            Bias = _bias.Pointer + block * 16,
            YBlock = _y.Block,
            ResidualBlock = _residual?.Block ?? 0,
            KernelHeight = _window.KernelH,
            KernelWidth = _window.KernelW,
            Low = _activation.A,
            High = _activation.B,
        };
        (int firstRow, int endRow, int firstColumn, int endColumn) = _cut.Rows > 1 ? (from, to, 0, _cut.Columns) : (0, 1, from, to);
        RowCut cut = RowCut.Of(endColumn - firstColumn, _cut.PixelLimit);
        // So many weights that they stay in the first-level cache while all tiles of a band use them; sums wait in the output meanwhile.
        int tiles = (endRow - firstRow) * (cut.WideCount + cut.NarrowCount), taps = _window.KernelH * _window.KernelW;
        int most = tiles < 3 ? inputBlocks : Math.Max(1, _family.Caches.WeightFloats / (taps * 256 * count)), slices = (inputBlocks + most - 1) / most,
            atOnce = (inputBlocks + slices - 1) / Math.Max(slices, 1);
        for (int done = 0; done < inputBlocks; done += atOnce)
        {
            bool last = done + atOnce >= inputBlocks;
            tile.InputBlocks = last ? inputBlocks - done : atOnce;
            tile.LastLanes = last && inputBlock + inputBlocks == _x.Blocks ? _x.LastLanes : 16;
            tile.Weights = _weights.Pointer + block * perBlock + (nint)done * taps * 256;
            tile.Accumulate = done > 0;
            tile.Clip = last && _activation.Kind == ActivationKind.Clip;
            LookAhead(&tile, last && moreFollow ? tile.Weights + count * perBlock - (nint)done * taps * 256 : last ? null
                : tile.Weights + (nint)atOnce * taps * 256, Math.Min(atOnce, last ? inputBlocks : inputBlocks - done - atOnce) * taps * 16,
                tiles * tile.InputBlocks * taps);
            for (int row = firstRow; row < endRow; row++)
            {
                tile.X = _flat
                    ? _x.At(image, inputBlock + done, 0, 0) + (nint)firstColumn * 16
                    : _x.At(image, inputBlock + done, row * _window.StrideH - _window.PadTop, firstColumn * _window.StrideW - _window.PadLeft);
                float* y = _y.At(image, block, row, 0) + (nint)firstColumn * 16;
                tile.Y = y;
                tile.Residual = _residual is null || !last ? null : _residual.At(image, block, row, 0) + (nint)firstColumn * 16;
                RunTiles(&tile, cut.WidePixels, cut.WideCount, count);
                RunTiles(&tile, cut.NarrowPixels, cut.NarrowCount, count);
                if (last && _activation.Kind > ActivationKind.Clip)
                    for (int b = 0; b < count; b++)
                        _family.Activate(y + b * _y.Block, y + b * _y.Block, endColumn - firstColumn, _activation);
            }
        }
        if (endColumn == _cut.Columns)
            for (int b = 0; b < count; b++)
                _y.ClearBorder(image, block + b, firstRow, endRow);
    }

    /// <summary>Weights that follow come into the second-level cache while a slice is computed, spread evenly over its input blocks.</summary>
    private static void LookAhead(ConvolutionTile* tile, float* next, int lines, int turns)
    {
        tile->Ahead = next;
        tile->AheadLines = next == null || turns == 0 ? 0 : (lines + turns - 1) / turns;
    }

    private void RunTiles(ConvolutionTile* tile, int pixels, int tiles, int blocks)
    {
        if (tiles > 0)
            TileRow.Run(tile, _family.Convolution(pixels, blocks, _window.StrideW), pixels, tiles, _window.StrideW * 16);
    }
}
