namespace SkinClassifier.KernelGenerator;

/// <summary>What convolution and depthwise tiles share: the pointers at the start; residual, clip and store at the end.</summary>
internal static class TileEnd
{
    /// <summary>The pointers that move from tile to tile.</summary>
    public const string Pointers = """
        float* tileX = t->X;
        float* y0 = t->Y;
        float* r0 = t->Residual;
        """;

    /// <summary>Adds the residual, clips and stores the sums c{pixel}_{vector}; then moves on to the next tile.</summary>
    public static string Write(VectorFamily f, int pixels, int vectors)
    {
        string Each(Func<int, int, string> line) => Code.Lines(0, vectors, v => Code.Lines(0, pixels, p => line(p, v)));
        return Code.Of($$"""
            if (r0 != null)
            {
                {{Code.Lines(1, vectors / f.PerBlock, b => $"float* r{b} = r{b - 1} + t->ResidualBlock;")}}
                {{Each((p, v) => $"c{p}_{v} += {f.Load(f.Place("r", p, v))};")}}
                r0 += {{pixels * 16}};
            }
            if (t->Clip)
            {
                {{f.Type}} low = {{f.Vector}}.Create(t->Low), high = {{f.Vector}}.Create(t->High);
                {{Each((p, v) => $"c{p}_{v} = {f.MinOf}(high, {f.MaxOf}(low, c{p}_{v}));")}}
            }
            {{Each((p, v) => $"c{p}_{v}.Store({f.Place("y", p, v)});")}}
            tileX += t->XStep;
            y0 += {{pixels * 16}};
            """);
    }
}
