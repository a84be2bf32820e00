namespace SkinClassifier.KernelGenerator;

/// <summary>
/// Register tiles of weight gradients: products of R input channels × B blocks of 16 output channels are summed in registers
/// over all pixels of a band.
/// </summary>
internal static class OuterProductWriter
{
    /// <summary>
    /// Tiles of one family: 8 rows of input channels with one to three blocks on 512 bits, 4 rows with one block otherwise. On 256 bits these are 8 sums, just
    /// enough for two multiplications a cycle that take four; 6, 5 and 5 rows are slower for fewer than 100 pixels.
    /// </summary>
    public static string Write(VectorFamily family)
    {
        int rows = family.Lanes == 16 ? 8 : 4, most = family.Lanes == 16 ? 3 : 1;
        string table = Code.Of($$"""
            /// <summary>Input channels of a tile.</summary>
            public const int Rows = {{rows}};

            /// <summary>Most blocks of a tile.</summary>
            public const int Blocks = {{most}};

            /// <summary>
            /// The tile for so many blocks: (x, dz, distance between blocks of dz, dw, distance between rows of dw, pixels, what is asked for meanwhile: a line
            /// for each pixel); adds to dw.
            /// </summary>
            public static delegate*<float*, float*, nint, float*, nint, nint, float*, void> Get(int blocks) => blocks switch
            {
                {{Code.Lines(1, most + 1, blocks => $"{blocks} => &R{rows}B{blocks},")}}
                _ => throw new ArgumentOutOfRangeException(nameof(blocks), $"No tile of {blocks} blocks."),
            };
            """);
        return KernelFiles.Class(
            family, "OuterProducts", "Weight gradient tiles: input channels × blocks of 16 output channels held in registers, summed over pixels.",
            Code.Members([table, .. Enumerable.Range(1, most).Select(blocks => Tile(family, rows, blocks))]));
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
