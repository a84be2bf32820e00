namespace SkinClassifier.KernelGenerator;

/// <summary>
/// Depthwise tiles: P pixels of one block of 16 channels. Where the registers allow it, the nine weights of a 3×3 kernel
/// stay in registers and every input pixel is loaded once a row; other kernels read a weight and P pixels per position.
/// </summary>
internal static class DepthwiseWriter
{
    private static readonly int[] _widths = [5, 7];

    /// <summary>The file of one family.</summary>
    public static string Write(VectorFamily f)
    {
        (int Stride, int Pixels)[] tiles = [.. from stride in new[] { 1, 2 } from pixels in Enumerable.Range(1, f.PixelLimits[0]) select (stride, pixels)];
        List<string> members = [];
        if (f.WeightsInRegisters)
            members.Add(Table("Nine", "The tile of a 3×3 kernel without dilation for so many pixels and a stride of 1 or 2.",
                Code.Join(tiles.Select(t => $"({t.Pixels}, {t.Stride}) => &NineP{t.Pixels}S{t.Stride},"))));
        members.Add(Table("Any", "The tile of any kernel for so many pixels and a stride of 1 or 2 (one pixel: any stride).",
            Code.Join(tiles.Where(t => t != (2, 1)).Select(t => $"({t.Pixels}, {(t.Pixels == 1 ? "_" : t.Stride)}) => &AnyP{t.Pixels}S{t.Stride},"))));
        if (f.WeightsInRegisters)
            members.Add(WideTable(tiles));
        foreach ((int stride, int pixels) in tiles)
        {
            DepthwiseTile tile = new(f, pixels, stride);
            if (f.WeightsInRegisters)
                members.AddRange([tile.Nine(), .. _widths.Select(tile.Wide)]);
            if (pixels > 1 || stride == 1)
                members.Add(tile.Any());
        }
        return KernelFiles.Class(
            f, "DepthwiseTiles", "Depthwise convolution tiles: pixels of one block of 16 channels held in registers.", Code.Members(members));
    }

    private static string Table(string name, string summary, string rows) => Code.Of($$"""
        /// <summary>{{summary}}</summary>
        public static delegate*<ConvolutionTile*, void> Get{{name}}(int pixels, int stride) => (pixels, stride) switch
        {
            {{rows}}
            _ => throw new ArgumentOutOfRangeException(nameof(pixels), $"No depthwise tile of {pixels} pixels, stride {stride}."),
        };
        """);

    private static string WideTable((int Stride, int Pixels)[] tiles) => Code.Of($$"""
        /// <summary>The tile of a kernel of so many columns without dilation between them, any number of rows, a stride of 1 or 2.</summary>
        public static delegate*<ConvolutionTile*, void> GetWide(int pixels, int stride, int columns) => (pixels, stride, columns) switch
        {
            {{Code.Join(_widths.SelectMany(w => tiles.Select(t => $"({t.Pixels}, {t.Stride}, {w}) => &Wide{w}P{t.Pixels}S{t.Stride},")))}}
            _ => throw new ArgumentOutOfRangeException(nameof(pixels), $"No depthwise tile of {pixels} pixels, stride {stride}, {columns} columns."),
        };
        """);
}
