namespace SkinClassifier.KernelGenerator;

/// <summary>The methods of one depthwise tile; sums are c{pixel}_{vector}, weights w{number}.</summary>
internal sealed record DepthwiseTile(VectorFamily Family, int Pixels, int Stride)
{
    /// <summary>A 3×3 kernel whose nine weights stay in registers.</summary>
    public string Nine() => Method("Nine", Code.Of($$"""
        float* w = t->Weights;
        {{Code.Lines(0, 9, k => $"{Family.Type} w{k} = {Family.Load($"w + {k * 16}")};")}}
        {{Family.Type}} bias = {{Family.Load("t->Bias")}};
        for (int tile = t->Tiles; tile > 0; tile--)
        {
            float* x = tileX;
            {{Prefetch()}}
            {{Code.Lines(0, Pixels, p => $"{Family.Type} c{p}_0 = bias;")}}
            {{Row(3, 0)}}
            x += t->XRow;
            {{Row(3, 3)}}
            x += t->XRow;
            {{Row(3, 6)}}
            {{TileEnd.Write(Family, Pixels, 1)}}
        }
        """));

    /// <summary>The weights of one kernel row in registers, every input pixel loaded once a row.</summary>
    public string Wide(int width) => Method($"Wide{width}", Code.Of($$"""
        {{Family.Type}} bias = {{Family.Load("t->Bias")}};
        for (int tile = t->Tiles; tile > 0; tile--)
        {
            float* x = tileX;
            {{Prefetch()}}
            {{Code.Lines(0, Pixels, p => $"{Family.Type} c{p}_0 = bias;")}}
            float* w = t->Weights;
            for (int row = t->KernelHeight; row > 0; row--)
            {
                {{Code.Lines(0, width, k => $"{Family.Type} w{k} = {Family.Load($"w + {k * 16}")};")}}
                {{Row(width, 0)}}
                w += {{width * 16}};
                x += t->XRow;
            }
            {{TileEnd.Write(Family, Pixels, 1)}}
        }
        """));

    /// <summary>Any kernel: a weight and all pixels are read for every position.</summary>
    public string Any() => Method("Any", Code.Of($$"""
        for (int tile = t->Tiles; tile > 0; tile--)
        {
            {{Each((p, v) => $"{Family.Type} c{p}_{v} = {(p == 0 ? Family.Load($"t->Bias + {v * Family.Lanes}") : $"c0_{v}")};")}}
            {{Prefetch()}}
            float* w = t->Weights;
            float* xRow = tileX;
            for (int row = t->KernelHeight; row > 0; row--)
            {
                float* x = xRow;
                for (int column = t->KernelWidth; column > 0; column--)
                {
                    {{Code.Lines(0, Family.PerBlock, v => $"{Family.Type} w{v} = {Family.Load($"w + {v * Family.Lanes}")};")}}
                    {{Code.Lines(0, Pixels, MultiplyPixel)}}
                    w += 16;
                    x += t->XColumn;
                }
                xRow += t->XRow;
            }
            {{TileEnd.Write(Family, Pixels, Family.PerBlock)}}
        }
        """));

    private string Method(string kind, string body) => Code.Of($$"""
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void {{kind}}P{{Pixels}}S{{Stride}}(ConvolutionTile* t)
        {
            {{TileEnd.Pointers}}
            {{body}}
        }
        """);

    private string Each(Func<int, int, string> line) => Code.Lines(0, Family.PerBlock, v => Code.Lines(0, Pixels, p => line(p, v)));

    private string MultiplyPixel(int p) => Code.Lines(0, Family.PerBlock, v =>
        $"c{p}_{v} = {Family.Fma(Family.Load($"x + {p * Stride * 16 + v * Family.Lanes}"), $"w{v}", $"c{p}_{v}")};");

    /// <summary>One kernel row: every input pixel is multiplied into all outputs that it belongs to.</summary>
    private string Row(int width, int firstWeight) => Code.Lines(0, (Pixels - 1) * Stride + width, column =>
    {
        int[] uses = [.. Enumerable.Range(0, Pixels).Where(p => column - p * Stride >= 0 && column - p * Stride < width)];
        return uses.Length == 0 ? "" : Code.Of($$"""
            {
                {{Family.Type}} v = {{Family.Load($"x + {column * 16}")}};
                {{Code.Join(uses.Select(p => $"c{p}_0 = {Family.Fma("v", $"w{firstWeight + column - p * Stride}", $"c{p}_0")};"))}}
            }
            """);
    });

    /// <summary>Asks for input that later tiles read: as many rows as the stride moves on.</summary>
    private string Prefetch() => Family.Prefetch.Length == 0 ? "" : Code.Of($$"""
        float* ahead = tileX + t->XAhead;
        {{Ahead()}}
        {{(Stride > 1 ? "ahead += t->XRow;" : "")}}
        {{(Stride > 1 ? Ahead() : "")}}
        """);

    private string Ahead() => Code.Lines(0, Pixels * Stride, p => $"{Family.Prefetch}(ahead + {p * 16});");
}
