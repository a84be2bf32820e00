namespace SkinClassifier.KernelGenerator;

/// <summary>
/// Register tiles of convolutions: every output of P pixels × B blocks of 16 channels is held in registers while all
/// input channels and kernel positions pass by. Blocked tiles read [C/16][H][W][16], planar tiles read [C][H][W].
/// </summary>
internal static class TileWriter
{
    /// <summary>Tiles over blocked input, strides 1 and 2; one pixel serves any stride.</summary>
    public static string Convolutions(VectorFamily family) => Write(family, "ConvolutionTiles", planar: false, family.PixelLimits.Length,
        "Convolution tiles over input in blocks of 16 channels: pixels × blocks of 16 output channels held in registers.");

    /// <summary>Tiles over planar input, strides 1 and 2; one pixel serves any stride.</summary>
    public static string FirstConvolutions(VectorFamily family) => Write(family, "FirstConvolutionTiles", planar: true, Math.Min(2, family.PixelLimits.Length),
        "Convolution tiles over planar input: pixels × blocks of 16 output channels held in registers.");

    private static string Write(VectorFamily family, string name, bool planar, int mostBlocks, string summary)
    {
        TileShape[] tiles = [.. from stride in new[] { 1, 2 } from blocks in Enumerable.Range(1, mostBlocks)
            from pixels in Enumerable.Range(1, family.PixelLimits[blocks - 1]) where pixels > 1 || stride == 1
            select new TileShape(family, pixels, blocks, stride, planar)];
        string table = Code.Of($$"""
            /// <summary>The tile for so many pixels and blocks and a stride of 1 or 2 (one pixel: any stride).</summary>
            public static delegate*<ConvolutionTile*, void> Get(int pixels, int blocks, int stride) => (pixels, blocks, stride) switch
            {
                {{Code.Join(tiles.Select(t => $"({t.Pixels}, {t.Blocks}, {(t.Pixels == 1 ? "_" : t.Stride)}) => &{t.Name},"))}}
                _ => throw new ArgumentOutOfRangeException(nameof(pixels), $"No tile of {pixels} pixels, {blocks} blocks, stride {stride}."),
            };
            """);
        return KernelFiles.Class(family, name, summary, Code.Members([table, .. tiles.Select(t => t.Method())]));
    }
}
