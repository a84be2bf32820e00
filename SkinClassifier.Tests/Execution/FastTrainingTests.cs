using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>The fast stages give what the operators' own loops give: outputs, all gradients, running statistics.</summary>
[Category("Simd")]
public sealed class FastTrainingTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (KernelFamily family in KernelFamily.Supported)
        {
            yield return Case("point", b => b.Conv(b.Conv("x", "a", 20, 3, pad: 1), "y", 37, 1), 3, 9, 11);
            yield return Case("point with bias and many pixels",
                b => b.Conv(b.Conv("x", "a", 17, 1, bias: Initializer.Uniform(-1, 1)), "y", 33, 1, bias: Initializer.Uniform(-1, 1)), 2, 40, 37);
            foreach ((int kernel, int stride, int pad, int dilation)
                in new[] { (3, 1, 1, 1), (3, 2, 1, 1), (3, 2, 0, 1), (1, 2, 0, 1), (5, 1, 2, 1), (3, 1, 2, 2), (2, 3, 1, 1), (7, 2, 3, 1) })
            {
                string window = $"{kernel}s{stride}p{pad}d{dilation}";
                yield return Case($"dense {window}",
                    b => b.Conv(b.Conv("x", "a", 19, 1), "y", 21, kernel, stride, pad, dilation: dilation, bias: Initializer.Uniform(-1, 1)), 2, 13, 16);
                yield return Case($"depthwise {window}", b =>
                    b.Conv(b.Conv("x", "a", 19, 1), "y", 19, kernel, stride, pad, group: 19, dilation: dilation, bias: Initializer.Uniform(-1, 1)), 2, 13, 16);
                yield return Case($"planar {window}", b => b.Conv("x", "y", 18, kernel, stride, pad, dilation: dilation), 2, 13, 16);
            }
            yield return Case(
                "depthwise with uneven window", b => b.Conv(b.Conv("x", "a", 16, 1), "y", 16, new Extent(1, 7), 1, new Extent(0, 3), group: 16), 2, 9, 12);
            foreach ((int inputs, int outputs, int groups)
                in new[] { (8, 12, 4), (12, 12, 3), (64, 64, 2), (32, 96, 2), (48, 48, 12), (56, 56, 7), (104, 104, 13), (72, 72, 3), (96, 48, 3),
                    (20, 40, 20), (34, 34, 2) })
            {
                yield return Case($"{groups} groups of {inputs} to {outputs}",
                    b => b.Conv(b.Conv("x", "a", inputs, 1), "y", outputs, 3, pad: 1, group: groups, bias: Initializer.Uniform(-1, 1)), 2, 9, 11);
                yield return Case($"{groups} groups of {inputs} to {outputs}, normalized",
                    b =>
                        b.BatchNormalization(
                            b.Conv(b.Relu(b.BatchNormalization(b.Conv("x", "a", inputs, 1), "n"), "r"), "c", outputs, 1, group: groups), "y"), 2, 9, 11);
            }
            foreach ((int kernel, int stride, int pad, int dilation) in new[] { (3, 2, 1, 1), (3, 1, 2, 2), (1, 2, 0, 1), (5, 2, 2, 1) })
                yield return Case($"groups {kernel}s{stride}p{pad}d{dilation}",
                    b => b.Conv(b.Relu(b.Conv("x", "a", 40, 1), "r"), "y", 40, kernel, stride, pad, dilation: dilation, group: 5), 2, 13, 16);
            // More than 65,536 weights: gradients by panels. A band is one row of 30 columns or several rows of 11.
            foreach ((int stride, int height, int width) in new[] { (1, 8, 30), (2, 15, 60), (1, 8, 11) })
                yield return Case($"many weights s{stride} {height}x{width}",
                    b => b.BatchNormalization(b.Conv(b.Relu(b.BatchNormalization(b.Conv("x", "a", 100, 1), "n"), "r"), "c", 84, 3, stride, 1), "y"), 2, height,
                    width);
            yield return Case("many weights of points", b => b.BatchNormalization(b.Conv(b.Relu(b.Conv("x", "a", 300, 1), "r"), "c", 230, 1), "y"), 3, 7, 9);
            yield return Case("many weights in groups",
                b => b.BatchNormalization(b.Conv(b.Relu(b.Conv("x", "a", 200, 1), "r"), "c", 200, 3, 1, 1, group: 2), "y"), 2, 5, 30);
            yield return Case("many weights of planar patches", b => b.BatchNormalization(b.Conv("x", "c", 96, 16, 16), "y"), 2, 32, 48);
            yield return Case("many weights of one panel",
                b => b.BatchNormalization(b.Conv(b.Relu(b.Conv("x", "a", 16, 1), "r"), "c", 470, 3, 1, 1), "y"), 2, 5, 30);
            yield return Case("planar points with many pixels", b => b.Conv("x", "y", 40, 1), 2, 41, 37);
            yield return Case("normalized", b => b.BatchNormalization(b.Conv("x", "a", 21, 3, 2, 1), "y"), 3, 12, 10);
            yield return Case("normalized and limited", b =>
                b.Clip(b.BatchNormalization(b.Conv(b.Relu(b.BatchNormalization(b.Conv("x", "a", 21, 3, 2, 1), "n"), "r"), "c", 30, 1), "m"), "y", 0,
                    0.5f), 3, 12, 10);
            yield return Case("residual", b =>
            {
                string a = b.Relu(b.BatchNormalization(b.Conv("x", "a", 20, 1), "n"), "r");
                string c = b.BatchNormalization(b.Conv(a, "c", 20, 3, 1, 1, group: 20), "m");
                string s = b.Relu(b.BatchNormalization(b.Add(a, c, "s"), "o"), "t");
                return b.Add(s, s, "y");
            }, 2, 8, 9);
            yield return Case("two readers of different kinds", b =>
            {
                string a = b.BatchNormalization(b.Conv("x", "a", 18, 1), "n");
                return b.Concat([b.Conv(a, "c", 5, 3, 1, 1), b.MaxPool(a, "p", 3, 1, 1), b.Sigmoid(a, "g")], "y");
            }, 2, 8, 9);
            yield return Case("head", b =>
                b.Gemm(b.Dropout(b.Flatten(b.GlobalAveragePool(b.Relu(b.Conv("x", "a", 37, 3), "r"), "g"), "f"), "d", 0.4f), "y", 21,
                    bias: Initializer.Uniform(-1, 1)), 5, 9, 7);
            foreach ((int kernel, int stride, int pad) in new[] { (2, 2, 0), (3, 2, 1), (3, 1, 1), (3, 3, 0), (5, 2, 2) })
                yield return Case(
                    $"largest {kernel}s{stride}p{pad}", b => b.MaxPool(b.Clip(b.Conv("x", "a", 19, 1), "r", -0.3f, 0.4f), "y", kernel, stride, pad), 2, 13, 16);
            yield return Case("largest, then normalized",
                b => b.Conv(b.Relu(b.BatchNormalization(b.MaxPool(b.Conv("x", "a", 19, 1), "p", 2), "n"), "r"), "y", 9, 1), 2, 12, 10);
            foreach (int channels in new[] { 19, 32 })
            {
                yield return Case($"sigmoid, SiLU, hard functions and GELU of {channels}", b =>
                {
                    string a = b.BatchNormalization(b.Conv("x", "a", channels, 3, 1, 1), "n");
                    string c = b.HardSwish(b.Silu(a, "silu"), "hard"), d = b.Gelu(b.Conv(c, "c", channels, 1), "gelu");
                    return b.Conv(b.Mul(b.HardSigmoid(d, "gate"), b.Sigmoid(c, "sigmoid"), "product"), "y", 7, 1);
                }, 2, 8, 9);
                yield return Case($"squeeze and excitation of {channels}", b =>
                {
                    string a = b.Silu(b.BatchNormalization(b.Conv("x", "a", channels, 3, 1, 1), "n"), "silu");
                    string s = b.Silu(b.Conv(b.GlobalAveragePool(a, "g"), "squeeze", 5, 1, bias: Initializer.Uniform(-1, 1)), "s");
                    string m = b.Mul(b.Sigmoid(b.Conv(s, "excite", channels, 1, bias: Initializer.Uniform(-1, 1)), "gate"), a, "scaled");
                    return b.Relu(b.BatchNormalization(b.Conv(m, "c", 21, 1), "o"), "y");
                }, 2, 23, 25);
                yield return Case($"pixels of {channels} channels normalized", b =>
                {
                    string a = b.Conv("x", "a", channels, 3, 1, 1, bias: Initializer.Uniform(-1, 1));
                    string n = b.Transpose(b.LayerNormalization(b.Transpose(a, "last", 0, 2, 3, 1), "norm", 1e-6f), "first", 0, 3, 1, 2);
                    string s = b.Mul(b.Conv(b.Gelu(b.Conv(n, "c", 40, 1), "g"), "d", channels, 1),
                        b.Parameter("layer_scale", new TensorShape(channels, 1, 1), Initializer.Uniform(0.5f, 1)), "s");
                    return b.Conv(b.Add(s, a, "t"), "y", 9, 3);
                }, 2, 23, 25);
                yield return Case($"dense block of {channels}", b =>
                {
                    string a = b.Conv("x", "a", channels, 3, 1, 1), c = b.Conv(b.Relu(b.BatchNormalization(a, "n"), "r"), "c", 12, 3, 1, 1),
                        j = b.Concat([a, c], "j");
                    string d = b.Conv(b.Relu(b.BatchNormalization(j, "m"), "s"), "d", 12, 3, 1, 1);
                    return b.Conv(b.Relu(b.Concat([j, d], "k"), "t"), "y", 9, 3);
                }, 2, 9, 11);
                yield return Case($"joined blocks of {channels}", b =>
                {
                    string a = b.Relu(b.BatchNormalization(b.Conv("x", "a", channels, 3, 1, 1), "n"), "r"),
                        c = b.BatchNormalization(b.Conv(a, "c", 13, 3, 1, 1), "m"), d = b.Conv(a, "d", 34, 1);
                    return b.Conv(b.Relu(b.BatchNormalization(b.Concat([a, c, d, b.AveragePool(a, "p", 3, 1, 1)], "joined"), "o"), "t"), "y", 9, 1);
                }, 2, 23, 25);
            }
            foreach ((int kernel, int stride, int pad, bool count) in new[] { (2, 2, 0, false), (3, 1, 1, false), (3, 2, 1, true), (5, 3, 2, false) })
                yield return Case($"mean {kernel}s{stride}p{pad}{count}",
                    b => b.AveragePool(b.Clip(b.Conv("x", "a", 19, 1), "r", -0.3f, 0.4f), "y", kernel, stride, pad, countPad: count), 2, 13, 16);
            yield return Case("square", b =>
            {
                string a = b.Conv("x", "a", 18, 1);
                return b.Mul(a, a, "y");
            }, 2, 5, 6);
            yield return Case("head of one", b => b.Gemm(b.Flatten(b.GlobalAveragePool(b.Conv("x", "a", 16, 3), "g"), "f"), "y", 2), 1, 3, 3);
            yield return Case("one pixel", b => b.Conv(b.Conv("x", "a", 1, 1), "y", 1, 1), 1, 1, 1);

            TestCaseData Case(string name, Func<GraphBuilder, string> build, int batch, int height, int width) =>
                new TestCaseData(family, build, batch, height, width).SetArgDisplayNames(family.Name, name);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Fast_stages_equal_plain_operators(object family, Func<GraphBuilder, string> build, int batch, int height, int width)
    {
        foreach (BatchNormalizationMode mode in Enum.GetValues<BatchNormalizationMode>())
        {
            PlanOptions options = new() { BatchNormalization = mode, IsTrainable = name => !name.StartsWith("normalization", StringComparison.Ordinal) };
            Dictionary<string, float[]> terms = new(StringComparer.Ordinal);
            Dictionary<string, float[]> wanted = Run(build, batch, height, width, options, null, terms),
                received = Run(build, batch, height, width, options, (KernelFamily)family, null);
            Assert.That(received.Keys, Is.EquivalentTo(wanted.Keys));
            foreach (string name in wanted.Keys)
                AssertClose(received[name], wanted[name], terms.GetValueOrDefault(name), $"{mode} {name}");
        }
    }

    /// <summary>Outputs, gradients and running statistics of two steps; on plain operators <paramref name="terms"/> too.</summary>
    private static Dictionary<string, float[]> Run(
        Func<GraphBuilder, string> build, int batch, int height, int width, PlanOptions options, KernelFamily? family, Dictionary<string, float[]>? terms)
    {
        GraphBuilder builder = new("net", 3);
        builder.Input("input", new TensorShape(TensorShape.Free, 3, height, width));
        builder.Conv(builder.Normalize("input", Normalization.MinusOneToOne), "x", 3, 1, bias: Initializer.Uniform(-0.1f, 0.1f));
        Graph graph = builder.Build(build(builder));
        SeededRandom random = new(9);
        float[] input = [.. Numbers(random, batch * 3 * height * width).Select(v => 127.5f + 127.5f * v)];
        using TrainingPlan plan = TrainingPlan.Create(graph, new TensorShape(batch, 3, height, width), options, family);
        Dictionary<string, float[]> numbers = new(StringComparer.Ordinal);
        float[] gradient = [];
        foreach (string output in new[] { "first output", "second output" })
        {
            numbers[output] = plan.Forward(input).ToArray();
            if (gradient.Length == 0)
                gradient = Numbers(random, numbers[output].Length);
            plan.Backward(gradient);
            if (terms is not null)
                GradientTerms.Add(plan, terms);
        }
        foreach (Parameter parameter in (Parameter[])plan.Parameters)
            numbers[parameter.Name] = (parameter.Trainable ? parameter.Gradient : parameter.Value).ToArray();
        return numbers;
    }

    private static float[] Numbers(SeededRandom random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble(-1, 1))];

    /// <summary>
    /// A gradient may differ by 2e-5 of the sum of its terms' magnitudes and, since a term near 0 may itself be the rest of larger numbers,
    /// by 2e-6 of the largest such sum; everything else by 1e-5 of the largest value.
    /// </summary>
    private static void AssertClose(float[] received, float[] wanted, float[]? terms, string what)
    {
        Assert.That(received, Has.Length.EqualTo(wanted.Length), what);
        float largest = (terms ?? wanted).Max(MathF.Abs);
        for (int i = 0; i < wanted.Length; i++)
        {
            float tolerance = terms is null ? 1e-5f * largest : 2e-5f * terms[i] + 2e-6f * largest;
            if (!(MathF.Abs(received[i] - wanted[i]) <= tolerance))
                Assert.Fail($"{what}[{i}]: expected {wanted[i]} ± {tolerance}, received {received[i]}.");
        }
    }
}
