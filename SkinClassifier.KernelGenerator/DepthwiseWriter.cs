namespace SkinClassifier.KernelGenerator;

/// <summary>
/// Depthwise tiles: P pixels of one block of 16 channels. Where the registers allow it, the nine weights of a 3×3 kernel
/// stay in registers and every input pixel is loaded once a row; other kernels read a weight and P pixels per position.
/// </summary>
internal static class DepthwiseWriter
{
    private static readonly int[] _widths = [5, 7];

    /// <summary>Most pixels of a tile.</summary>
    private static int Limit(VectorFamily f) => f.PixelLimits[0];

    /// <summary>The file of one family.</summary>
    public static string Write(VectorFamily f)
    {
        CodeText code = new();
        code.Head(f, "DepthwiseTiles", "Depthwise convolution tiles: pixels of one block of 16 channels held in registers.");
        foreach (bool nine in f.WeightsInRegisters ? new[] { true, false } : [false])
        {
            string name = nine ? "Nine" : "Any";
            code.Line(nine ? "/// <summary>The tile of a 3×3 kernel without dilation for so many pixels and a stride of 1 or 2.</summary>" : "/// <summary>The tile of any kernel for so many pixels and a stride of 1 or 2 (one pixel: any stride).</summary>");
            code.Line($"public static delegate*<ConvolutionTile*, void> Get{name}(int pixels, int stride) => (pixels, stride) switch");
            code.Line("{");
            for (int s = 1; s <= 2; s++)
                for (int p = 1; p <= Limit(f); p++)
                    if (nine || p > 1 || s == 1)
                        code.Line($"({p}, {(p == 1 && !nine ? "_" : s)}) => &{name}P{p}S{s},");
            code.Line("_ => throw new ArgumentOutOfRangeException(nameof(pixels), $\"No depthwise tile of {pixels} pixels, stride {stride}.\"),");
            code.Line("};");
            code.Line("");
        }
        if (f.WeightsInRegisters)
            WideTable(code, f);
        bool first = true;
        for (int s = 1; s <= 2; s++)
            for (int p = 1; p <= Limit(f); p++)
            {
                if (f.WeightsInRegisters)
                {
                    if (!first)
                        code.Line("");
                    first = false;
                    Nine(code, f, p, s);
                    foreach (int width in _widths)
                    {
                        code.Line("");
                        Wide(code, f, p, s, width);
                    }
                }
                if (p == 1 && s == 2)
                    continue;
                if (!first)
                    code.Line("");
                first = false;
                Any(code, f, p, s);
            }
        code.Line("}");
        return code.ToString();
    }

    private static void Nine(CodeText code, VectorFamily f, int pixels, int stride)
    {
        Open(code, $"NineP{pixels}S{stride}");
        code.Line("float* w = t->Weights;");
        for (int k = 0; k < 9; k++)
            code.Line($"{f.Type} w{k} = {f.Vector}.Load(w + {k * 16});");
        code.Line($"{f.Type} bias = {f.Vector}.Load(t->Bias);");
        code.Line("for (int tile = t->Tiles; tile > 0; tile--)");
        code.Line("{");
        code.Line("float* x = tileX;");
        Prefetch(code, f, pixels, stride);
        for (int p = 0; p < pixels; p++)
            code.Line($"{f.Type} c{p}_0 = bias;");
        for (int row = 0; row < 3; row++)
        {
            Row(code, f, pixels, stride, 3, row * 3);
            if (row < 2)
                code.Line("x += t->XRow;");
        }
        Close(code, f, pixels, 1);
    }

    private static void WideTable(CodeText code, VectorFamily f)
    {
        code.Line("/// <summary>The tile of a kernel of so many columns without dilation between them, any number of rows, a stride of 1 or 2.</summary>");
        code.Line("public static delegate*<ConvolutionTile*, void> GetWide(int pixels, int stride, int columns) => (pixels, stride, columns) switch");
        code.Line("{");
        foreach (int width in _widths)
            for (int s = 1; s <= 2; s++)
                for (int p = 1; p <= Limit(f); p++)
                    code.Line($"({p}, {s}, {width}) => &Wide{width}P{p}S{s},");
        code.Line("_ => throw new ArgumentOutOfRangeException(nameof(pixels), $\"No depthwise tile of {pixels} pixels, stride {stride}, {columns} columns.\"),");
        code.Line("};");
        code.Line("");
    }

    /// <summary>The weights of one kernel row in registers, every input pixel loaded once a row.</summary>
    private static void Wide(CodeText code, VectorFamily f, int pixels, int stride, int width)
    {
        Open(code, $"Wide{width}P{pixels}S{stride}");
        code.Line($"{f.Type} bias = {f.Vector}.Load(t->Bias);");
        code.Line("for (int tile = t->Tiles; tile > 0; tile--)");
        code.Line("{");
        code.Line("float* x = tileX;");
        Prefetch(code, f, pixels, stride);
        for (int p = 0; p < pixels; p++)
            code.Line($"{f.Type} c{p}_0 = bias;");
        code.Line("float* w = t->Weights;");
        code.Line("for (int row = t->KernelHeight; row > 0; row--)");
        code.Line("{");
        for (int k = 0; k < width; k++)
            code.Line($"{f.Type} w{k} = {f.Vector}.Load(w + {k * 16});");
        Row(code, f, pixels, stride, width, 0);
        code.Line($"w += {width * 16};");
        code.Line("x += t->XRow;");
        code.Line("}");
        Close(code, f, pixels, 1);
    }

    /// <summary>One kernel row: every input pixel is multiplied into all outputs that it belongs to.</summary>
    private static void Row(CodeText code, VectorFamily f, int pixels, int stride, int width, int firstWeight)
    {
        for (int column = 0; column < (pixels - 1) * stride + width; column++)
        {
            (int Pixel, int K)[] uses = [.. Enumerable.Range(0, pixels).Select(p => (p, column - p * stride)).Where(u => u.Item2 >= 0 && u.Item2 < width)];
            if (uses.Length == 0)
                continue;
            code.Line("{");
            code.Line($"{f.Type} v = {f.Vector}.Load(x + {column * 16});");
            foreach ((int p, int k) in uses)
                code.Line($"c{p}_0 = {f.Fma("v", $"w{firstWeight + k}", $"c{p}_0")};");
            code.Line("}");
        }
    }

    private static void Any(CodeText code, VectorFamily f, int pixels, int stride)
    {
        Open(code, $"AnyP{pixels}S{stride}");
        code.Line("for (int tile = t->Tiles; tile > 0; tile--)");
        code.Line("{");
        for (int v = 0; v < f.PerBlock; v++)
            for (int p = 0; p < pixels; p++)
                code.Line($"{f.Type} c{p}_{v} = {(p == 0 ? $"{f.Vector}.Load(t->Bias + {v * f.Lanes})" : $"c0_{v}")};");
        Prefetch(code, f, pixels, stride);
        code.Line("float* w = t->Weights;");
        code.Line("float* xRow = tileX;");
        code.Line("for (int row = t->KernelHeight; row > 0; row--)");
        code.Line("{");
        code.Line("float* x = xRow;");
        code.Line("for (int column = t->KernelWidth; column > 0; column--)");
        code.Line("{");
        for (int v = 0; v < f.PerBlock; v++)
            code.Line($"{f.Type} w{v} = {f.Vector}.Load(w + {v * f.Lanes});");
        for (int p = 0; p < pixels; p++)
            for (int v = 0; v < f.PerBlock; v++)
                code.Line($"c{p}_{v} = {f.Fma($"{f.Vector}.Load(x + {p * stride * 16 + v * f.Lanes})", $"w{v}", $"c{p}_{v}")};");
        code.Line("w += 16;");
        code.Line("x += t->XColumn;");
        code.Line("}");
        code.Line("xRow += t->XRow;");
        code.Line("}");
        Close(code, f, pixels, f.PerBlock);
    }

    /// <summary>Asks for input that later tiles read: as many rows as the stride moves on.</summary>
    private static void Prefetch(CodeText code, VectorFamily f, int pixels, int stride)
    {
        if (f.Prefetch.Length == 0)
            return;
        code.Line("float* ahead = tileX + t->XAhead;");
        for (int row = 0; row < stride; row++)
        {
            for (int p = 0; p < pixels * stride; p++)
                code.Line($"{f.Prefetch}(ahead + {p * 16});");
            if (row + 1 < stride)
                code.Line("ahead += t->XRow;");
        }
    }

    private static void Open(CodeText code, string name)
    {
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        code.Line($"private static void {name}(ConvolutionTile* t)");
        code.Line("{");
        code.Line("float* tileX = t->X;");
        code.Line("float* y0 = t->Y;");
        code.Line("float* r0 = t->Residual;");
    }

    private static void Close(CodeText code, VectorFamily f, int pixels, int vectors)
    {
        void Each(Action<int, int> write)
        {
            for (int v = 0; v < vectors; v++)
                for (int p = 0; p < pixels; p++)
                    write(p, v);
        }
        code.Line("if (r0 != null)");
        code.Line("{");
        Each((p, v) => code.Line($"c{p}_{v} += {f.Vector}.Load(r0 + {p * 16 + v * f.Lanes});"));
        code.Line($"r0 += {pixels * 16};");
        code.Line("}");
        code.Line("if (t->Clip)");
        code.Line("{");
        code.Line($"{f.Type} low = {f.Vector}.Create(t->Low), high = {f.Vector}.Create(t->High);");
        Each((p, v) => code.Line($"c{p}_{v} = {f.MinOf}(high, {f.MaxOf}(low, c{p}_{v}));"));
        code.Line("}");
        Each((p, v) => code.Line($"c{p}_{v}.Store(y0 + {p * 16 + v * f.Lanes});"));
        code.Line("tileX += t->XStep;");
        code.Line($"y0 += {pixels * 16};");
        code.Line("}");
        code.Line("}");
    }
}
