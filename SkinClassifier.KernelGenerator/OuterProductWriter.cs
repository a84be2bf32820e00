namespace SkinClassifier.KernelGenerator;

/// <summary>
/// Register tiles of weight gradients: products of R input channels × B blocks of 16 output channels are summed in registers
/// over all pixels of a band.
/// </summary>
internal static class OuterProductWriter
{
    /// <summary>Tiles of one family: 8 rows of input channels with one to three blocks on 512 bits, 4 rows with one block otherwise.</summary>
    public static string Write(VectorFamily family)
    {
        CodeText code = new();
        code.Head(family, "OuterProducts", "Weight gradient tiles: input channels × blocks of 16 output channels held in registers, summed over pixels.");
        int rows = family.Lanes == 16 ? 8 : 4, most = family.Lanes == 16 ? 3 : 1;
        code.Line("/// <summary>Input channels of a tile.</summary>");
        code.Line($"public const int Rows = {rows};");
        code.Line("");
        code.Line("/// <summary>Most blocks of a tile.</summary>");
        code.Line($"public const int Blocks = {most};");
        code.Line("");
        code.Line("/// <summary>The tile for so many blocks: (x, dz, distance between blocks of dz, dw, distance between rows of dw, pixels); adds to dw.</summary>");
        code.Line("public static delegate*<float*, float*, nint, float*, nint, nint, void> Get(int blocks) => blocks switch");
        code.Line("{");
        for (int blocks = 1; blocks <= most; blocks++)
            code.Line($"{blocks} => &R{rows}B{blocks},");
        code.Line("_ => throw new ArgumentOutOfRangeException(nameof(blocks), $\"No tile of {blocks} blocks.\"),");
        code.Line("};");
        for (int blocks = 1; blocks <= most; blocks++)
            Tile(code, family, rows, blocks);
        code.Line("}");
        return code.ToString();
    }

    private static void Tile(CodeText code, VectorFamily f, int rows, int blocks)
    {
        int vectors = blocks * f.PerBlock;
        void Each(Action<int, int> write)
        {
            for (int r = 0; r < rows; r++)
                for (int v = 0; v < vectors; v++)
                    write(r, v);
        }
        code.Line("");
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        code.Line($"private static void R{rows}B{blocks}(float* x, float* dz, nint block, float* dw, nint row, nint pixels)");
        code.Line("{");
        for (int r = 1; r < rows; r++)
            code.Line($"float* dw{r} = {(r == 1 ? "dw" : $"dw{r - 1}")} + row;");
        string Row(int r) => r == 0 ? "dw" : $"dw{r}";
        Each((r, v) => code.Line($"{f.Type} c{r}_{v} = {f.Vector}.Load({Row(r)} + {v * f.Lanes});"));
        code.Line("for (; pixels > 0; pixels--)");
        code.Line("{");
        for (int v = 0; v < vectors; v++)
        {
            string start = (v / f.PerBlock) switch { 0 => "dz", 1 => "dz + block", _ => "dz + 2 * block" };
            code.Line($"{f.Type} d{v} = {f.Vector}.Load({start} + {v % f.PerBlock * f.Lanes});");
        }
        for (int r = 0; r < rows; r++)
        {
            code.Line($"{f.Type} x{r} = {f.Vector}.Create(x[{r}]);");
            for (int v = 0; v < vectors; v++)
                code.Line($"c{r}_{v} = {f.Fma($"x{r}", $"d{v}", $"c{r}_{v}")};");
        }
        code.Line("x += 16;");
        code.Line("dz += 16;");
        code.Line("}");
        Each((r, v) => code.Line($"c{r}_{v}.Store({Row(r)} + {v * f.Lanes});"));
        code.Line("}");
    }
}
