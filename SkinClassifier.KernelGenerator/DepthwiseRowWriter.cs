namespace SkinClassifier.KernelGenerator;

/// <summary>
/// Rows of 3×3 depthwise convolutions without dilation, as training needs them: forward, gradient of the weights, gradient of the input of a stride of 2.
/// A row is done once for every vector of its 16 channels, so that nine weights or sums stay in 16 registers; the second time it is in the first cache.
/// Every sum takes its summands in the order of the plain loops. Meanwhile a row asks for a line of 16 floats for each pixel, the first time
/// from one place, the second time from another.
/// </summary>
internal static class DepthwiseRowWriter
{
    private const int Pixels = 4;

    private static readonly int[] _strides = [1, 2];

    /// <summary>The file of one family.</summary>
    public static string Write(VectorFamily f)
    {
        string[] members =
        [
            Table("Row",
                "One row of a convolution: (x, distance between rows of x, weights, bias or null, y, pixels, whether y is added to, two places to ask for).",
                "delegate*<float*, nint, float*, float*, float*, nint, bool, float*, float*, void>"),
            Table("WeightGradient", "Adds a row's part to nine sums: (x, distance between rows of x, dz, pixels, dw, two places to ask for).",
                "delegate*<float*, nint, float*, nint, float*, float*, float*, void>"),
            .. _strides.Select(s => Row(f, s)),
            .. _strides.Select(s => WeightGradient(f, s)),
            InputGradient(f, 1),
            InputGradient(f, 2),
        ];
        return KernelFiles.Class(f, "DepthwiseRows", "Rows of 3×3 depthwise convolutions and of their gradients.", Code.Members(members));
    }

    private static string Table(string name, string summary, string type) => Code.Of($$"""
        /// <summary>{{summary}}</summary>
        public static {{type}} Get{{name}}(int stride) => stride switch
        {
            {{Code.Join(_strides.Select(s => $"{s} => &{name}S{s},"))}}
            _ => throw new ArgumentOutOfRangeException(nameof(stride), $"No row with stride {stride}."),
        };
        """);

    private static string Row(VectorFamily f, int stride) => Code.Of($$"""
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void RowS{{stride}}(float* rows, nint xRow, float* weights, float* bias, float* output, nint pixels, bool add,
            float* ahead0, float* ahead1)
        {
            for (int lane = 0; lane < 16; lane += {{f.Lanes}})
            {
                float* x0 = rows + lane, x1 = x0 + xRow, x2 = x1 + xRow, w = weights + lane, y = output + lane;
                {{Nine(k => $"{f.Type} w{k} = {f.Load($"w + {k * 16}")};")}}
                {{f.Type}} start = bias == null ? {{f.Type}}.Zero : {{f.Load("bias + lane")}};
                float* ahead = lane == 0 ? ahead0 : ahead1;
                nint count = pixels;
                for (; count >= {{Pixels}}; count -= {{Pixels}})
                {
                    {{RowBody(f, stride, Pixels)}}
                }
                for (; count > 0; count--)
                {
                    {{RowBody(f, stride, 1)}}
                }
            }
        }
        """);

    private static string RowBody(VectorFamily f, int stride, int pixels) => Code.Of($$"""
        {{Ahead(f, pixels)}}
        {{Code.Lines(0, pixels, p => $"{f.Type} c{p} = add ? {f.Load($"y + {p * 16}")} : start;")}}
        {{Code.Lines(0, 3, row => Code.Lines(0, (pixels - 1) * stride + 3, column => Uses(column, stride, pixels, (p, k) =>
            $"c{p} = {f.Fma("v", $"w{row * 3 + k}", $"c{p}")};", $"{f.Type} v = {f.Load($"x{row} + {column * 16}")};")))}}
        {{Code.Lines(0, pixels, p => $"c{p}.Store(y + {p * 16});")}}
        {{Move(pixels, stride)}}
        y += {{pixels * 16}};
        """);

    private static string WeightGradient(VectorFamily f, int stride) => Code.Of($$"""
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void WeightGradientS{{stride}}(float* rows, nint xRow, float* gradient, nint pixels, float* sums, float* ahead0, float* ahead1)
        {
            for (int lane = 0; lane < 16; lane += {{f.Lanes}})
            {
                float* x0 = rows + lane, x1 = x0 + xRow, x2 = x1 + xRow, dz = gradient + lane, dw = sums + lane;
                {{Nine(k => $"{f.Type} c{k} = {f.Load($"dw + {k * 16}")};")}}
                float* ahead = lane == 0 ? ahead0 : ahead1;
                nint count = pixels;
                for (; count >= {{Pixels}}; count -= {{Pixels}})
                {
                    {{WeightBody(f, stride, Pixels)}}
                }
                for (; count > 0; count--)
                {
                    {{WeightBody(f, stride, 1)}}
                }
                {{Nine(k => $"c{k}.Store(dw + {k * 16});")}}
            }
        }
        """);

    private static string WeightBody(VectorFamily f, int stride, int pixels) => Code.Of($$"""
        {{Ahead(f, pixels)}}
        {{Code.Lines(0, pixels, p => $"{f.Type} d{p} = {f.Load($"dz + {p * 16}")};")}}
        {{Code.Lines(0, 3, row => Code.Lines(0, (pixels - 1) * stride + 3, column => Uses(column, stride, pixels, (p, k) =>
            $"c{row * 3 + k} = {f.Fma("v", $"d{p}", $"c{row * 3 + k}")};", $"{f.Type} v = {f.Load($"x{row} + {column * 16}")};")))}}
        {{Move(pixels, stride)}}
        dz += {{pixels * 16}};
        """);

    /// <summary>
    /// Pixels 2j lie under column 1 of the window at output column j, pixels 2j + 1 under column 2 of the window at j and column 0 of that at j + 1.
    /// </summary>
    private static string InputGradient(VectorFamily f, int rows)
    {
        string Rows(Func<int, string> line) => Code.Lines(0, rows, line);
        string parameters = rows == 1 ? "float* d0, float* w0" : "float* d0, float* w0, float* d1, float* w1";
        return Code.Of($$"""
            /// <summary>
            /// A row of the input gradient of a stride of 2 with one column of padding, from {{rows}} of the output's rows and the row of three weights that
            /// each is multiplied by, in this order. The output's rows end with one zero pixel at least.
            /// </summary>
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public static void InputGradient{{rows}}({{parameters}}, float* gradient, nint pixels, bool add)
            {
                for (int lane = 0; lane < 16; lane += {{f.Lanes}})
                {
                    float* y = gradient + lane;
                    {{Rows(r => $"float* at{r} = d{r} + lane;")}}
                    {{Rows(r => Code.Lines(0, 3, k => $"{f.Type} w{r}_{k} = {f.Load($"w{r} + lane + {k * 16}")};"))}}
                    {{Rows(r => $"{f.Type} left{r} = {f.Load($"at{r}")};")}}
                    for (nint count = pixels; count > 0; count -= 2)
                    {
                        {{f.Type}} even = {{f.Type}}.Zero, odd = even;
                        {{Rows(r => Code.Of($$"""
                            at{{r}} += 16;
                            {{f.Type}} right{{r}} = {{f.Load($"at{r}")}};
                            even = {{f.Fma($"left{r}", $"w{r}_1", "even")}};
                            odd = {{f.Fma($"left{r}", $"w{r}_2", "odd")}};
                            odd = {{f.Fma($"right{r}", $"w{r}_0", "odd")}};
                            left{{r}} = right{{r}};
                            """))}}
                        (even + (add ? {{f.Load("y")}} : {{f.Type}}.Zero)).Store(y);
                        if (count > 1)
                            (odd + (add ? {{f.Load("y + 16")}} : {{f.Type}}.Zero)).Store(y + 16);
                        y += 32;
                    }
                }
            }
            """);
    }

    private static string Ahead(VectorFamily f, int pixels) => f.Prefetch.Length == 0 ? "" : Code.Of($$"""
        {{Code.Lines(0, pixels, p => $"{f.PrefetchFar}(ahead + {p * 16});")}}
        ahead += {{pixels * 16}};
        """);

    private static string Nine(Func<int, string> line) => Code.Lines(0, 9, line);

    private static string Move(int pixels, int stride) => Code.Lines(0, 3, row => $"x{row} += {pixels * stride * 16};");

    /// <summary>Everything that one column of the input takes part in, pixel by pixel.</summary>
    private static string Uses(int column, int stride, int pixels, Func<int, int, string> use, string load)
    {
        int[] uses = [.. Enumerable.Range(0, pixels).Where(p => column - p * stride is >= 0 and < 3)];
        return uses.Length == 0 ? "" : Code.Of($$"""
            {
                {{load}}
                {{Code.Join(uses.Select(p => use(p, column - p * stride)))}}
            }
            """);
    }
}
