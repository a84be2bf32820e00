using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>Multiplies pixels by a packed matrix, tile by tile.</summary>
internal static unsafe class TileRun
{
    /// <summary>
    /// y[b][p][0…15] = bias + Σ k x[k / 16][p][k % 16] · w[b][k][0…15] for all blocks b and pixels p, or y += … when <paramref name="add"/>.
    /// Distances: xBlock, wBlock and yBlock between blocks of x, w and y.
    /// </summary>
    public static void Multiply(KernelFamily family, float* x, nint xBlock, int inputBlocks, int lastLanes, float* w, nint wBlock, float* bias,
        float* y, nint yBlock, int blocks, int pixels, bool add)
    {
        int most = pixels > family.PixelLimit(family.MaxBlocks) ? Math.Min(2, family.MaxBlocks) : family.MaxBlocks;
        ConvolutionTile tile = new()
        {
            XBlock = xBlock,
            InputBlocks = inputBlocks,
            LastLanes = lastLanes,
            KernelHeight = 1,
            KernelWidth = 1,
            XColumn = 16,
            WeightBlock = wBlock,
            YBlock = yBlock,
            Accumulate = add
        };
        for (int b = 0; b < blocks; b += most)
        {
            int own = Math.Min(most, blocks - b), limit = Math.Min(family.PixelLimit(own), pixels), tiles = (pixels + limit - 1) / limit;
            tile.Weights = w + b * tile.WeightBlock;
            tile.Bias = bias + b * 16;
            // Few pixels leave the multipliers idle, so there is no small rest: all tiles have n + 1 or n pixels.
            int size = pixels / tiles, larger = pixels - size * tiles;
            Run(family, ref tile, x, y + b * yBlock, size + 1, own, larger);
            Run(family, ref tile, x + (nint)larger * (size + 1) * 16, y + b * yBlock + (nint)larger * (size + 1) * 16, size, own, tiles - larger);
        }
    }

    private static void Run(KernelFamily family, ref ConvolutionTile tile, float* x, float* y, int size, int blocks, int tiles)
    {
        if (tiles == 0)
            return;
        tile.X = x;
        tile.Y = y;
        tile.XStep = size * 16;
        tile.Tiles = tiles;
        fixed (ConvolutionTile* t = &tile)
            family.Convolution(size, blocks, 1)(t);
    }
}
