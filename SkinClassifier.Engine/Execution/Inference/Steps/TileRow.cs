using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>Tiles side by side in one output row.</summary>
internal static unsafe class TileRow
{
    /// <summary>
    /// Runs <paramref name="tiles"/> tiles of <paramref name="pixels"/> pixels and moves input, output, residual and what is read ahead behind them.
    /// <paramref name="xPixel"/>: floats from the input of one output pixel to that of the next.
    /// </summary>
    public static void Run(ConvolutionTile* tile, delegate*<ConvolutionTile*, void> kernel, int pixels, int tiles, nint xPixel)
    {
        tile->Tiles = tiles;
        tile->XStep = pixels * xPixel;
        kernel(tile);
        tile->Ahead += (nint)tiles * tile->InputBlocks * tile->KernelHeight * tile->KernelWidth * tile->AheadLines * 16;
        tile->X += tiles * tile->XStep;
        tile->Y += (nint)tiles * pixels * 16;
        if (tile->Residual != null)
            tile->Residual += (nint)tiles * pixels * 16;
    }
}
