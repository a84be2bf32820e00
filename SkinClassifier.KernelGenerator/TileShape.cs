namespace SkinClassifier.KernelGenerator;

/// <summary>One convolution tile and its method; sums are c{pixel}_{vector}, weights w{vector}, inputs x{pixel}.</summary>
internal sealed record TileShape(VectorFamily Family, int Pixels, int Blocks, int Stride, bool Planar)
{
    /// <summary>Name of the method.</summary>
    public string Name => $"P{Pixels}B{Blocks}S{Stride}";

    private int Vectors => Blocks * Family.PerBlock;

    // Floats from the input of one pixel to that of the next.
    private int Step => Stride * (Planar ? 1 : 16);

    private bool Ahead => !Planar && Family.Prefetch.Length > 0;

    /// <summary>The method's text.</summary>
    public string Method() => Code.Of($$"""
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void {{Name}}(ConvolutionTile* t)
        {
            {{TileEnd.Pointers}}
            nint wb = t->WeightBlock;
            {{(Ahead ? "float* ahead = t->Ahead;" : "")}}
            {{(Blocks > 2 ? "nint wb2 = 2 * wb;" : "")}}
            {{(Blocks > 3 ? "nint wb3 = 3 * wb;" : "")}}
            for (int tile = t->Tiles; tile > 0; tile--)
            {
                {{Code.Lines(1, Blocks, b => $"float* y{b} = y{b - 1} + t->YBlock;")}}
                {{Each((p, v) => $"{Family.Type} c{p}_{v};")}}
                if (t->Accumulate)
                {
                    {{Each((p, v) => $"c{p}_{v} = {Family.Load(Family.Place("y", p, v))};")}}
                }
                else
                {
                    float* bias = t->Bias;
                    {{Code.Lines(0, Vectors, StartWithBias)}}
                }
                float* xBlock = tileX;
                float* w = t->Weights;
                for (int block = t->InputBlocks; block > 0; block--)
                {
                    {{(Planar ? "" : "nint lanes = block == 1 ? t->LastLanes : 16;")}}
                    {{(Ahead ? Prefetch() : "")}}
                    float* xRow = xBlock;
                    for (int row = t->KernelHeight; row > 0; row--)
                    {
                        float* x = xRow;
                        for (int column = t->KernelWidth; column > 0; column--)
                        {
                            {{(Ahead ? PrefetchFar() : "")}}
                            {{(Planar ? PlanarPosition() : BlockedPosition())}}
                        }
                        xRow += t->XRow;
                    }
                    xBlock += t->XBlock;
                }
                {{TileEnd.Write(Family, Pixels, Vectors)}}
            }
        }
        """);

    private string Each(Func<int, int, string> line) => Code.Lines(0, Vectors, v => Code.Lines(0, Pixels, p => line(p, v)));

    private string StartWithBias(int v) => Code.Of($$"""
        c0_{{v}} = {{Family.Load($"bias + {v * Family.Lanes}")}};
        {{Code.Lines(1, Pixels, p => $"c{p}_{v} = c0_{v};")}}
        """);

    /// <summary>Asks for what is needed soon: the next input block, and near the end of the sums the residual.</summary>
    private string Prefetch() => Code.Of($$"""
        float* next = block > 1 ? xBlock + t->XBlock : tileX + t->XStep;
        {{Code.Lines(0, Pixels, p => $"{Family.Prefetch}(next + {p * Step});")}}
        if (r0 != null && block is > 1 and <= {{Blocks + 1}})
        {
            float* rest = r0 + (block - 2) * t->ResidualBlock;
            {{Code.Lines(0, Pixels, p => $"{Family.Prefetch}(rest + {p * 16});")}}
        }
        """);

    /// <summary>Asks for the weights that the next tile run reads.</summary>
    private string PrefetchFar() => Code.Of($$"""
        for (int line = t->AheadLines; line > 0; line--)
        {
            {{Code.Lines(0, Blocks, b => $"{Family.PrefetchFar}(ahead{Block(b)});")}}
            ahead += 16;
        }
        """);

    private string PlanarPosition() => Code.Of($$"""
        {{MultiplyAll()}}
        w += 16;
        x += t->XColumn;
        """);

    private string BlockedPosition() => Code.Of($$"""
        float* end = x + lanes;
        do
        {
            {{MultiplyAll()}}
            w += 16;
            x++;
        }
        while (x != end);
        x += t->XColumn - lanes;
        w += (16 - lanes) * 16;
        """);

    private string MultiplyAll() => Code.Of($$"""
        {{Code.Lines(0, Vectors, v => $"{Family.Type} w{v} = {Family.Load(Weight(v))};")}}
        {{Code.Lines(0, Pixels, p => Family.MultiplyBroadcast(p, p * Step, Vectors, "w"))}}
        """);

    private string Weight(int v) => "w" + Block(v / Family.PerBlock) + (v % Family.PerBlock == 0 ? "" : $" + {v % Family.PerBlock * Family.Lanes}");

    private static string Block(int b) => b switch { 0 => "", 1 => " + wb", _ => $" + wb{b}" };
}
