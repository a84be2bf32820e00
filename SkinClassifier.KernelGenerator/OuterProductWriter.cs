namespace SkinClassifier.KernelGenerator;

/// <summary>
/// Register tiles of weight gradients: products of R input channels × B blocks of 16 output channels are summed in registers
/// over all pixels of a band.
/// </summary>
internal static class OuterProductWriter
{
    /// <summary>
    /// Tiles of one family: 8 rows of input channels with one to three blocks on 512 bits, 4 to 6 rows with one block on 256, 4 rows otherwise.
    /// 16 channels on 256 bits are 6, 5 and 5 rows: 10 sums hide the four cycles of a multiplication at two a cycle, 8 just do not.
    /// </summary>
    public static string Write(VectorFamily family)
    {
        int most = family.Lanes == 16 ? 3 : 1;
        int[] rows = family.Lanes switch { 16 => [8], 8 => [4, 5, 6], _ => [4] };
        (int Rows, int Blocks)[] tiles = [.. from r in rows from blocks in Enumerable.Range(1, most) select (r, blocks)];
        string table = Code.Of($$"""
            /// <summary>Fewest input channels of a tile.</summary>
            public const int LeastRows = {{rows[0]}};

            /// <summary>Most input channels of a tile.</summary>
            public const int Rows = {{rows[^1]}};

            /// <summary>Most blocks of a tile.</summary>
            public const int Blocks = {{most}};

            /// <summary>
            /// The tile for so many rows and blocks: (x, dz, distance between blocks of dz, dw, distance between rows of dw, pixels, what is asked for
            /// meanwhile: a line for each pixel); adds to dw.
            /// </summary>
            public static delegate*<float*, float*, nint, float*, nint, nint, float*, void> Get(int rows, int blocks) => (rows, blocks) switch
            {
                {{Code.Join(tiles.Select(t => $"({t.Rows}, {t.Blocks}) => &R{t.Rows}B{t.Blocks},"))}}
                _ => throw new ArgumentOutOfRangeException(nameof(blocks), $"No tile of {rows} rows and {blocks} blocks."),
            };
            """);
        return KernelFiles.Class(
            family, "OuterProducts", "Weight gradient tiles: input channels × blocks of 16 output channels held in registers, summed over pixels.",
            Code.Members([table, .. tiles.Select(t => Tile(family, t.Rows, t.Blocks))]));
    }

    private static string Tile(VectorFamily f, int rows, int blocks)
    {
        int vectors = blocks * f.PerBlock;
        string Each(Func<int, int, string> line) => Code.Lines(0, rows, r => Code.Lines(0, vectors, v => line(r, v)));
        string Row(int r) => r == 0 ? "dw" : $"dw{r}";
        string Block(int b) => b switch { 0 => "dz", 1 => "dz + block", _ => "dz + 2 * block" };
        return Code.Of($$"""
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void R{{rows}}B{{blocks}}(float* x, float* dz, nint block, float* dw, nint row, nint pixels, float* ahead)
            {
                {{Code.Lines(1, rows, r => $"float* dw{r} = {Row(r - 1)} + row;")}}
                {{Each((r, v) => $"{f.Type} c{r}_{v} = {f.Load($"{Row(r)} + {v * f.Lanes}")};")}}
                for (; pixels > 0; pixels--)
                {
                    {{(f.Prefetch.Length == 0 ? "" : $"{f.PrefetchFar}(ahead);")}}
                    {{Code.Lines(0, vectors, v => $"{f.Type} d{v} = {f.Load($"{Block(v / f.PerBlock)} + {v % f.PerBlock * f.Lanes}")};")}}
                    {{Code.Lines(0, rows, r => f.MultiplyBroadcast(r, r, vectors, "d"))}}
                    x += 16;
                    dz += 16;
                    ahead += 16;
                }
                {{Each((r, v) => $"c{r}_{v}.Store({Row(r)} + {v * f.Lanes});")}}
            }
            """);
    }
}
