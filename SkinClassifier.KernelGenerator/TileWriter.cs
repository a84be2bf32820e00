namespace SkinClassifier.KernelGenerator;

/// <summary>
/// Register tiles of convolutions: every output of P pixels × B blocks of 16 channels is held in registers while all
/// input channels and kernel positions pass by. Blocked tiles read [C/16][H][W][16], planar tiles read [C][H][W].
/// </summary>
internal static class TileWriter
{
    /// <summary>Tiles over blocked input, strides 1 and 2; one pixel serves any stride.</summary>
    public static string Convolutions(VectorFamily family) => Write(family, "ConvolutionTiles", planar: false, [.. Enumerable.Range(1, family.PixelLimits.Length)]);

    /// <summary>Tiles over planar input, strides 1 and 2; one pixel serves any stride.</summary>
    public static string FirstConvolutions(VectorFamily family) => Write(family, "FirstConvolutionTiles", planar: true, [.. Enumerable.Range(1, Math.Min(2, family.PixelLimits.Length))]);

    private static string Write(VectorFamily family, string name, bool planar, int[] blocks)
    {
        CodeText code = new();
        code.Head(family, name, planar
            ? "Convolution tiles over planar input: pixels × blocks of 16 output channels held in registers."
            : "Convolution tiles over input in blocks of 16 channels: pixels × blocks of 16 output channels held in registers.");
        List<(int Pixels, int Blocks, int Stride)> tiles = [];
        foreach (int stride in new[] { 1, 2 })
            foreach (int count in blocks)
                for (int pixels = 1; pixels <= family.PixelLimits[count - 1]; pixels++)
                    tiles.Add((pixels, count, stride));
        code.Line("/// <summary>The tile for so many pixels and blocks and a stride of 1 or 2 (one pixel: any stride).</summary>");
        code.Line("public static delegate*<ConvolutionTile*, void> Get(int pixels, int blocks, int stride) => (pixels, blocks, stride) switch");
        code.Line("{");
        foreach ((int p, int b, int s) in tiles)
            if (p > 1 || s == 1)
                code.Line($"({p}, {b}, {(p == 1 ? "_" : s)}) => &P{p}B{b}S{s},");
        code.Line("_ => throw new ArgumentOutOfRangeException(nameof(pixels), $\"No tile of {pixels} pixels, {blocks} blocks, stride {stride}.\"),");
        code.Line("};");
        foreach ((int p, int b, int s) in tiles)
            if (p > 1 || s == 1)
                Tile(code, family, p, b, s, planar);
        code.Line("}");
        return code.ToString();
    }

    /// <summary>Asks for what is needed soon: the next input block, and near the end of the sums the residual.</summary>
    private static void Prefetch(CodeText code, VectorFamily f, int pixels, int blocks, int step)
    {
        code.Line("float* next = block > 1 ? xBlock + t->XBlock : tileX + t->XStep;");
        for (int p = 0; p < pixels; p++)
            code.Line($"{f.Prefetch}(next + {p * step});");
        code.Line($"if (r0 != null && block is > 1 and <= {blocks + 1})");
        code.Line("{");
        code.Line("float* rest = r0 + (block - 2) * t->ResidualBlock;");
        for (int p = 0; p < pixels; p++)
            code.Line($"{f.Prefetch}(rest + {p * 16});");
        code.Line("}");
    }

    private static void Tile(CodeText code, VectorFamily f, int pixels, int blocks, int stride, bool planar)
    {
        int vectors = blocks * f.PerBlock, step = stride * (planar ? 1 : 16);
        bool ahead = !planar && f.Prefetch.Length > 0;
        string Weight(int v) => (v / f.PerBlock) switch { 0 => "w", 1 => "w + wb", 2 => "w + wb2", _ => "w + wb3" } + (v % f.PerBlock == 0 ? "" : $" + {v % f.PerBlock * f.Lanes}");
        string Out(string name, int p, int v) => $"{name}{v / f.PerBlock} + {p * 16 + v % f.PerBlock * f.Lanes}";
        void Each(Action<int, int> write)
        {
            for (int v = 0; v < vectors; v++)
                for (int p = 0; p < pixels; p++)
                    write(p, v);
        }
        code.Line("");
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        code.Line($"private static void P{pixels}B{blocks}S{stride}(ConvolutionTile* t)");
        code.Line("{");
        code.Line("float* tileX = t->X;");
        code.Line("float* y0 = t->Y;");
        code.Line("float* r0 = t->Residual;");
        code.Line("nint wb = t->WeightBlock;");
        if (ahead)
            code.Line("float* ahead = t->Ahead;");
        if (blocks > 2)
            code.Line("nint wb2 = 2 * wb;");
        if (blocks > 3)
            code.Line("nint wb3 = 3 * wb;");
        code.Line("for (int tile = t->Tiles; tile > 0; tile--)");
        code.Line("{");
        for (int b = 1; b < blocks; b++)
            code.Line($"float* y{b} = y{b - 1} + t->YBlock;");
        Each((p, v) => code.Line($"{f.Type} c{p}_{v};"));
        code.Line("if (t->Accumulate)");
        code.Line("{");
        Each((p, v) => code.Line($"c{p}_{v} = {f.Vector}.Load({Out("y", p, v)});"));
        code.Line("}");
        code.Line("else");
        code.Line("{");
        code.Line("float* bias = t->Bias;");
        for (int v = 0; v < vectors; v++)
        {
            code.Line($"c0_{v} = {f.Vector}.Load(bias + {v * f.Lanes});");
            for (int p = 1; p < pixels; p++)
                code.Line($"c{p}_{v} = c0_{v};");
        }
        code.Line("}");
        code.Line("float* xBlock = tileX;");
        code.Line("float* w = t->Weights;");
        code.Line("for (int block = t->InputBlocks; block > 0; block--)");
        code.Line("{");
        if (!planar)
        {
            code.Line("nint lanes = block == 1 ? t->LastLanes : 16;");
            if (ahead)
                Prefetch(code, f, pixels, blocks, step);
        }
        code.Line("float* xRow = xBlock;");
        code.Line("for (int row = t->KernelHeight; row > 0; row--)");
        code.Line("{");
        code.Line("float* x = xRow;");
        code.Line("for (int column = t->KernelWidth; column > 0; column--)");
        code.Line("{");
        if (ahead)
        {
            code.Line("for (int line = t->AheadLines; line > 0; line--)");
            code.Line("{");
            for (int b = 0; b < blocks; b++)
                code.Line($"{f.PrefetchFar}(ahead{b switch { 0 => "", 1 => " + wb", 2 => " + wb2", _ => " + wb3" }});");
            code.Line("ahead += 16;");
            code.Line("}");
        }
        if (!planar)
        {
            code.Line("float* end = x + lanes;");
            code.Line("do");
            code.Line("{");
        }
        for (int v = 0; v < vectors; v++)
            code.Line($"{f.Type} w{v} = {f.Vector}.Load({Weight(v)});");
        for (int p = 0; p < pixels; p++)
        {
            code.Line($"{f.Type} x{p} = {f.Vector}.Create(x[{p * step}]);");
            for (int v = 0; v < vectors; v++)
                code.Line($"c{p}_{v} = {f.Fma($"x{p}", $"w{v}", $"c{p}_{v}")};");
        }
        code.Line("w += 16;");
        if (planar)
            code.Line("x += t->XColumn;");
        else
        {
            code.Line("x++;");
            code.Line("}");
            code.Line("while (x != end);");
            code.Line("x += t->XColumn - lanes;");
            code.Line("w += (16 - lanes) * 16;");
        }
        code.Line("}");
        code.Line("xRow += t->XRow;");
        code.Line("}");
        code.Line("xBlock += t->XBlock;");
        code.Line("}");
        code.Line("if (r0 != null)");
        code.Line("{");
        for (int b = 1; b < blocks; b++)
            code.Line($"float* r{b} = r{b - 1} + t->ResidualBlock;");
        Each((p, v) => code.Line($"c{p}_{v} += {f.Vector}.Load({Out("r", p, v)});"));
        code.Line($"r0 += {pixels * 16};");
        code.Line("}");
        code.Line("if (t->Clip)");
        code.Line("{");
        code.Line($"{f.Type} low = {f.Vector}.Create(t->Low), high = {f.Vector}.Create(t->High);");
        Each((p, v) => code.Line($"c{p}_{v} = {f.MinOf}(high, {f.MaxOf}(low, c{p}_{v}));"));
        code.Line("}");
        Each((p, v) => code.Line($"c{p}_{v}.Store({Out("y", p, v)});"));
        code.Line("tileX += t->XStep;");
        code.Line($"y0 += {pixels * 16};");
        code.Line("}");
        code.Line("}");
    }
}
