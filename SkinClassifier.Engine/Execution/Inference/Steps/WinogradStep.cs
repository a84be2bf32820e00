using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>
/// A 3×3 convolution by Winograd F(4×4, 3×3) or, for few pixels beside many weights, F(2×2, 3×3). Light weights: every chunk takes some tiles through
/// all three stages in memory of its thread. Heavy weights: first all tiles are transformed, then every chunk takes some output channels, so that
/// weights are read once.
/// </summary>
internal sealed unsafe class WinogradStep : InferenceStep, IWorkerIndexedWork
{
    /// <summary>Transformed weights above this many floats count as heavy.</summary>
    private const long HeavyWeights = 256 * 1024;

    /// <summary>Floats of a chunk's transformed tiles that should stay in the second-level cache.</summary>
    private const long BlockFloats = 180 * 1024;

    private readonly BlockedTensor _x, _y;
    private readonly BlockedTensor? _residual;
    private readonly Window _window;
    private readonly Activation _activation;
    private readonly KernelFamily _family;
    private readonly PinnedFloats _weights, _bias, _zeros;
    private readonly PlanBuffer _scratch;
    private readonly int _edge, _positions, _tileRows, _tileColumns, _tilesPerImage, _tilesPerBlock, _blocksAtOnce;
    private readonly long _scratchPerWorker;
    private readonly bool _heavy;
    private readonly AllTiles _transform;
    private int _tiles;

    /// <summary>Prepares <paramref name="node"/> for at most <paramref name="images"/> images on <paramref name="threads"/> threads.</summary>
    public WinogradStep(FusedConvolution node, BlockedTensor x, BlockedTensor y, BlockedTensor? residual, int edge, int images, int threads,
        PackedWeights store, KernelFamily family)
    {
        (_x, _y, _residual, _window, _activation, _family) = (x, y, residual, node.Window, node.Activation, family);
        (_edge, _positions) = (edge, (edge + 2) * (edge + 2));
        _weights = ConvolutionWeights.Winograd(store, node, edge);
        _bias = ConvolutionWeights.PerChannel(store, node.Key + "|bias", node.Bias);
        _zeros = ConvolutionWeights.PerChannel(store, "|zeros", new float[64]);
        (_tileRows, _tileColumns) = ((y.Height + edge - 1) / edge, (y.Width + edge - 1) / edge);
        _tilesPerImage = _tileRows * _tileColumns;
        int tiles = _tilesPerImage * images, limit = family.PixelLimit(Math.Min(2, family.MaxBlocks));
        _heavy = (long)_weights.Length > HeavyWeights;
        if (_heavy)
        {
            _blocksAtOnce = Math.Min(Math.Min(2, family.MaxBlocks), y.Blocks);
            _tilesPerBlock = tiles;
            _scratchPerWorker = 16L * _positions * tiles * _blocksAtOnce;
            _scratch = new PlanBuffer(16L * _positions * tiles * x.Blocks + _scratchPerWorker * threads);
        }
        else
        {
            long perTile = 16L * _positions * (x.Blocks + y.Blocks);
            int most = (int)Math.Max(limit, BlockFloats / perTile / limit * limit);
            int blocks = Math.Max((tiles + most - 1) / most, Math.Min(8, (tiles + limit - 1) / limit));
            _tilesPerBlock = (tiles + blocks - 1) / blocks;
            _blocksAtOnce = y.Blocks;
            _scratchPerWorker = perTile * _tilesPerBlock;
            _scratch = new PlanBuffer(_scratchPerWorker * threads);
        }
        _transform = new AllTiles(this);
        Name = $"Winograd {edge}×{edge} 3×3 {x.Channels}→{y.Channels} {y.Height}×{y.Width}{(residual is null ? "" : " +")}";
        Work = 2.0 * node.Weights.Shape.ElementCount * y.Height * y.Width;
    }

    /// <summary>Outputs along a side of the tiles that cost least, 4 or 2; 0 where the direct convolution does or must be used.</summary>
    public static int BestEdge(FusedConvolution node, int images)
    {
        if (node is not
            {
                Group: 1, IsFirstConvolution: false,
                Window: { KernelH: 3, KernelW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1 }
            } || node.Weights.Shape[0] < 16
            || node.Weights.Shape[1] < 16)
            return 0;
        Window w = node.Window;
        double best = Cost(9, (double)w.OutH * w.OutW * images, 0);
        int edge = 0;
        foreach ((int candidate, double transform) in new[] { (2, 5.0), (4, 15.6) })
        {
            double cost = Cost(
                (candidate + 2) * (candidate + 2), (double)((w.OutH + candidate - 1) / candidate) * ((w.OutW + candidate - 1) / candidate) * images, transform);
            if (cost < best * 0.95)
                (best, edge) = (cost, candidate);
        }
        return edge;

        // cycles for each pair of channels: products (32 a cycle, fewer in narrow tiles), weights from memory (5 bytes a cycle, 32 when cached), transforms
        double Cost(int positions, double tiles, double transform)
        {
            double inputs = node.Weights.Shape[1], outputs = node.Weights.Shape[0], bytes = positions * inputs * outputs * 4;
            double weights = 4 / (bytes > 2 << 20 ? 5.0 : 32);
            return positions * (tiles / 32 / Math.Min(1, (tiles + 4) / 18) + weights) + tiles * transform * (1 / inputs + 1 / outputs);
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>Operations of the direct convolution, so that metrics can be compared.</summary>
    public override double Work { get; }

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers =>
        _residual is null ? [_x.Buffer, _y.Buffer, _scratch] : [_x.Buffer, _y.Buffer, _scratch, _residual.Buffer];

    /// <inheritdoc/>
    public override void Run(int images, WorkerPool workers)
    {
        _tiles = images * _tilesPerImage;
        if (_heavy)
        {
            workers.Run(_x.Blocks, _transform);
            workers.Run((_y.Blocks + _blocksAtOnce - 1) / _blocksAtOnce, this);
        }
        else
            workers.Run((_tiles + _tilesPerBlock - 1) / _tilesPerBlock, this);
    }

    /// <summary>Some tiles through all stages, or all tiles for some output channels.</summary>
    public void Run(int chunk, int workerIndex)
    {
        if (_heavy)
        {
            float* m = _scratch.Pointer + 16L * _positions * _tiles * _x.Blocks + _scratchPerWorker * workerIndex;
            int block = chunk * _blocksAtOnce, count = Math.Min(_blocksAtOnce, _y.Blocks - block);
            Multiply(_scratch.Pointer, m, _tiles, block, count);
            for (int b = 0; b < count; b++)
                Finish(m + (nint)b * _tiles * _positions * 16, (nint)_tiles * 16, block + b, 0, _tiles);
            return;
        }
        int first = chunk * _tilesPerBlock, tiles = Math.Min(_tilesPerBlock, _tiles - first);
        float* v = _scratch.Pointer + _scratchPerWorker * workerIndex;
        float* products = v + 16L * _positions * tiles * _x.Blocks;
        for (int block = 0; block < _x.Blocks; block++)
            Transform(v, block, first, tiles);
        Multiply(v, products, tiles, 0, _y.Blocks);
        for (int block = 0; block < _y.Blocks; block++)
            Finish(products + (nint)block * tiles * _positions * 16, (nint)tiles * 16, block, first, tiles);
    }

    /// <summary>v [input block][position][tile][16].</summary>
    private void Transform(float* v, int block, int first, int tiles)
    {
        float* edge = stackalloc float[36 * 16];
        nint step = (nint)tiles * 16;
        int side = _edge + 2;
        for (int t = 0; t < tiles; t++)
        {
            (int image, int row, int column) = Place(first + t);
            row -= _window.PadTop;
            column -= _window.PadLeft;
            float* to = v + ((nint)block * tiles * _positions + t) * 16;
            float* from = _x.At(image, block, row, column);
            nint line = _x.Row;
            int rows = Math.Min(side, _x.Height + _x.Border.Bottom - row), columns = Math.Min(side, _x.Width + _x.Border.Right - column);
            if (rows < side || columns < side)
            {
                new Span<float>(edge, 36 * 16).Clear();
                for (int r = 0; r < rows; r++)
                    new ReadOnlySpan<float>(from + r * line, columns * 16).CopyTo(new Span<float>(edge + r * side * 16, columns * 16));
                from = edge;
                line = side * 16;
            }
            if (_edge == 4)
                _family.WinogradInput(from, line, to, step);
            else
                _family.SmallWinogradInput(from, line, to, step);
        }
    }

    /// <summary>m [output block of this chunk][position][tile][16] = v · weights.</summary>
    private void Multiply(float* v, float* m, int tiles, int firstBlock, int blocks)
    {
        int limit = Math.Min(2, _family.MaxBlocks);
        RowCut cut = RowCut.Of(tiles, _family.PixelLimit(limit));
        nint perBlock = (nint)_x.Blocks * 256;
        ConvolutionTile tile = new()
        {
            XBlock = (nint)tiles * _positions * 16,
            WeightBlock = _positions * perBlock,
            Bias = _zeros.Pointer,
            YBlock = (nint)tiles * _positions * 16,
            InputBlocks = _x.Blocks,
            LastLanes = _x.LastLanes,
            KernelHeight = 1,
            KernelWidth = 1,
            AheadLines = (16 + cut.WideCount + cut.NarrowCount - 1) / (cut.WideCount + cut.NarrowCount),
        };
        for (int position = 0; position < _positions; position++)
            for (int block = 0; block < blocks; block += limit)
            {
                int count = Math.Min(limit, blocks - block);
                tile.Weights = _weights.Pointer + ((nint)(firstBlock + block) * _positions + position) * perBlock;
                tile.X = v + (nint)position * tiles * 16;
                tile.Y = m + ((nint)block * _positions + position) * tiles * 16;
                tile.Ahead = tile.Weights + perBlock; // the next position
                RunTiles(&tile, cut.WidePixels, cut.WideCount, count);
                RunTiles(&tile, cut.NarrowPixels, cut.NarrowCount, count);
            }
    }

    private void RunTiles(ConvolutionTile* tile, int pixels, int tiles, int blocks)
    {
        if (tiles > 0)
            TileRow.Run(tile, _family.Convolution(pixels, blocks, 1), pixels, tiles, 16);
    }

    /// <summary>Output pixels of some tiles of one block.</summary>
    private void Finish(float* m, nint step, int block, int first, int tiles)
    {
        bool clip = _activation.Kind == ActivationKind.Clip;
        WinogradTile tile = new()
        {
            YRow = _y.Row,
            ResidualRow = _residual?.Row ?? 0,
            Bias = _bias.Pointer + block * 16,
            Low = clip ? _activation.A : float.NegativeInfinity,
            High = clip ? _activation.B : float.PositiveInfinity,
        };
        for (int t = 0; t < tiles; t++)
        {
            (int image, int row, int column) = Place(first + t);
            tile.Y = _y.At(image, block, row, column);
            tile.Residual = _residual is null ? null : _residual.At(image, block, row, column);
            tile.Rows = Math.Min(_edge, _y.Height - row);
            tile.Columns = Math.Min(_edge, _y.Width - column);
            if (_edge == 4)
                _family.WinogradOutput(m + (nint)t * 16, step, tile);
            else
                _family.SmallWinogradOutput(m + (nint)t * 16, step, tile);
            if (_activation.Kind > ActivationKind.Clip)
                for (int r = 0; r < tile.Rows; r++)
                    _family.Activate(tile.Y + r * _y.Row, tile.Y + r * _y.Row, tile.Columns, _activation);
            if (column + _edge >= _y.Width)
                _y.ClearBorder(image, block, row, row + tile.Rows);
        }
    }

    private (int Image, int Row, int Column) Place(int tile)
    {
        int image = tile / _tilesPerImage, inside = tile % _tilesPerImage;
        return (image, inside / _tileColumns * _edge, inside % _tileColumns * _edge);
    }

    /// <summary>Transforms all tiles, a chunk for each input block.</summary>
    private sealed class AllTiles(WinogradStep step) : IChunkedWork
    {
        public void Run(int chunk) => step.Transform(step._scratch.Pointer, chunk, 0, step._tiles);
    }
}
