using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;

namespace SkinClassifier.Tests.Execution;

/// <summary>
/// Laws: on every family of kernels the plan equals the plain loops, for every fusion and layout; same bits for 1, 2, 3 threads and any pass.
/// </summary>
[Category("Simd")]
internal sealed class FusedPlanTests
{
    private static IEnumerable<TestCaseData> Networks()
    {
        foreach ((string name, Func<(NetworkSketch, string)> make) in Cases())
            yield return new TestCaseData(make).SetArgDisplayNames(name);
    }

    private static IEnumerable<(string, Func<(NetworkSketch, string)>)> Cases()
    {
        yield return Case("stem with input normalization", [3, 3, 21, 17], s =>
        {
            string x = s.Node("Div", [s.Node("Sub", ["x", s.Parameter(0, 1, 1, 3, 1, 1)]), s.Parameter(0.2f, 0.3f, 1, 3, 1, 1)]);
            return s.Node(
                "Clip", [s.BatchNormalization(s.Conv(x, 3, 24, (3, 3), (2, 2), [0, 0, 1, 1], bias: false), 24)], constants: new() { [1] = 0f, [2] = 6f });
        });
        yield return Case("inverted residual", [2, 3, 19, 23], s =>
        {
            string a = s.Node("Relu", [s.Conv("x", 3, 20, (3, 3), (2, 2), [1, 1, 1, 1])]);
            string e = s.Node("Relu", [s.BatchNormalization(s.Conv(a, 20, 72, (1, 1)), 72)]);
            string d = s.Node("Relu", [s.BatchNormalization(s.Conv(e, 72, 72, (3, 3), pads: [1, 1, 1, 1], group: 72), 72)]);
            string p = s.BatchNormalization(s.Conv(d, 72, 20, (1, 1)), 20);
            return s.Node("Add", [a, p]);
        });
        yield return Case("residual with downsampling, relu after the sum", [2, 32, 15, 15], s =>
        {
            string a = s.Node("Relu", [s.Conv("x", 32, 16, (1, 1))]);
            string b = s.Node("Relu", [s.Conv(a, 16, 16, (3, 3), (2, 2), [1, 1, 1, 1])]);
            string c = s.Conv(b, 16, 48, (1, 1)), shortcut = s.Conv("x", 32, 48, (1, 1), (2, 2));
            return s.Node("Relu", [s.Node("Add", [c, shortcut])]);
        });
        yield return Case("pre-activation and concat (dense block)", [2, 40, 9, 11], s =>
        {
            string x = "x";
            int channels = 40;
            for (int i = 0; i < 3; i++)
            {
                string a = s.Node("Relu", [s.BatchNormalization(x, channels)]);
                string g = s.Conv(s.Node("Relu", [s.BatchNormalization(s.Conv(a, channels, 24, (1, 1)), 24)]), 24, 12, (3, 3), pads: [1, 1, 1, 1]);
                x = s.Node("Concat", [x, g], new() { ["axis"] = 1L });
                channels += 12;
            }
            return s.Pool("AveragePool", s.BatchNormalization(x, channels), 2, 2);
        });
        yield return Case("squeeze and excitation with SiLU", [2, 24, 13, 10], s =>
        {
            string c = s.Conv("x", 24, 40, (1, 1));
            string y = s.Node("Mul", [c, s.Node("Sigmoid", [c])]);
            string d = s.Conv(y, 40, 40, (5, 5), pads: [2, 2, 2, 2], group: 40);
            string z = s.Node("Mul", [s.Node("Sigmoid", [d]), d]);
            string q = s.Conv(s.Node("GlobalAveragePool", [z]), 40, 6, (1, 1));
            string gate = s.Node("Sigmoid", [s.Conv(s.Node("Mul", [q, s.Node("Sigmoid", [q])]), 6, 40, (1, 1))]);
            return s.Conv(s.Node("Mul", [gate, z]), 40, 24, (1, 1));
        });
        yield return Case("classifier head", [5, 16, 6, 5], s =>
        {
            string f = s.Node("Flatten", [s.Node("GlobalAveragePool", [s.Node("Relu", [s.Conv("x", 16, 50, (1, 1))])])]);
            string h = s.Node(
                "Relu", [s.Node("Gemm", [f, s.Parameter(-1, 1, 37, 50), s.Parameter(-1, 1, 37)], new() { ["transB"] = 1L, ["alpha"] = 0.5f, ["beta"] = 2f })]);
            string m = s.Node("Add", [s.Node("MatMul", [s.Node("Dropout", [h]), s.Parameter(-1, 1, 37, 7)]), s.Parameter(-1, 1, 7)]);
            return s.Node("Softmax", [m]);
        });
        yield return Case("big flatten", [3, 5, 7, 6], s =>
            s.Node("Gemm", [s.Node("Reshape", [s.Node("Relu", [s.Conv("x", 5, 18, (3, 3))])], constants: new() { [1] = new long[] { 0, -1 } }),
                s.Parameter(-1, 1, 18 * 5 * 4, 9)]));
        yield return Case("values used twice keep their own form", [2, 20, 8, 8], s =>
        {
            string c = s.Conv("x", 20, 20, (1, 1)), r = s.Node("Relu", [c]);
            return s.Node("Mul", [s.Node("Add", [c, r]), s.Node("Add", [r, r])]);
        });
        yield return Case("pooling", [2, 19, 13, 12], s =>
        {
            string a = s.Pool("MaxPool", "x", 3, 2, [1, 1, 1, 1]), b = s.Pool("AveragePool", a, 3, 1, [1, 1, 1, 1]);
            string c = s.Pool("AveragePool", b, 3, 1, [1, 1, 1, 1], includePad: 1);
            return s.Pool("MaxPool", s.Pool("AveragePool", c, 3, 2, [1, 0, 0, 1], ceil: 1), 2, 2, ceil: 1);
        });
        yield return Case("one value, readers with different borders", [2, 18, 12, 9], s =>
        {
            string r = s.Node("Relu", [s.Conv("x", 18, 33, (1, 1))]);
            string a = s.Conv(r, 33, 16, (1, 7), pads: [0, 3, 0, 3]), b = s.Conv(r, 33, 16, (7, 1), pads: [3, 0, 3, 0]);
            string c = s.Conv(r, 33, 16, (3, 3), pads: [2, 2, 2, 2], dilation: (2, 2));
            return s.Node("Concat", [a, b, c, r], new() { ["axis"] = 1L });
        });
        yield return Case("constant arithmetic per channel", [2, 6, 5, 5], s =>
        {
            string a = s.Node("Add", [s.Parameter(-1, 1, 6, 1, 1), s.Node("Mul", ["x", s.Parameter(0.5f, 2)])]);
            string b = s.Node("Sub", [s.Parameter(-1, 1, 6, 1, 1), a]);
            string c = s.Node("Relu", [s.Node("Add", [s.Conv(b, 6, 8, (3, 3)), s.Parameter(-1, 1, 1, 8, 1, 1)])]);
            return s.Node("Mul", [c, s.Parameter(-1, 1, 1, 8, 3, 3)]);
        });
        yield return Case("output is also an inner value", [2, 4, 6, 6], s =>
        {
            string c = s.Conv("x", 4, 16, (3, 3), pads: [1, 1, 1, 1]);
            _ = s.Node("Relu", [c]);
            return c;
        });
        yield return Case("pixels normalized over channels, gelu", [2, 21, 9, 17], s =>
        {
            string d = s.Conv("x", 21, 21, (7, 7), pads: [3, 3, 3, 3], group: 21);
            string n = s.Node("LayerNormalization", [s.Node("Transpose", [d], new() { ["perm"] = new long[] { 0, 2, 3, 1 } }),
                s.Parameter(0.5f, 1, 21), s.Parameter(-1, 1, 21)], new() { ["axis"] = -1L, ["epsilon"] = 1e-6f });
            string e = s.Node("Gelu", [s.Conv(s.Node("Transpose", [n], new() { ["perm"] = new long[] { 0, 3, 1, 2 } }), 21, 70, (1, 1))]);
            return s.Node("Add", [s.Node("Mul", [s.Conv(e, 70, 21, (1, 1)), s.Parameter(0.5f, 1, 21, 1, 1)]), "x"]);
        });
        yield return Case("identity only", [2, 4, 3, 3], s => s.Node("Identity", ["x"]));
        yield return Case("softmax over channels of images", [2, 10, 4, 3], s => s.Node("Softmax", [s.Conv("x", 10, 11, (1, 1))], new() { ["axis"] = 1L }));
    }

    private static (string, Func<(NetworkSketch, string)>) Case(string name, int[] shape, Func<NetworkSketch, string> make)
    {
        return (name, Make);

        (NetworkSketch, string) Make()
        {
            NetworkSketch sketch = new(shape);
            return (sketch, make(sketch));
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void Plan_equals_plain_loops(Func<(NetworkSketch Sketch, string Output)> make)
    {
        (NetworkSketch sketch, string output) = make();
        Check(sketch, output);
    }

    /// <summary>Convolutions of many shapes: ragged widths and channels, strides, dilations, groups, kernels.</summary>
    [Test]
    public void Convolution_equals_plain_loop([Range(1, 90)] int seed)
    {
        SeededRandom random = new((ulong)seed);
        int Pick(params int[] of) => of[random.NextInt32(of.Length)];
        int group = Pick(1, 1, 1, 1, 2, 3, 4, 8), each = group == 1 ? Pick(1, 3, 5, 8, 16, 17, 24, 33, 48, 64) : Pick(1, 2, 3, 4, 8, 16, 24);
        int outEach = group == 1 ? Pick(1, 7, 16, 19, 32, 40, 50, 64, 80, 96, 130) : Pick(1, 2, 4, 5, 8, 16, 32);
        if (Pick(0, 0, 0, 1) == 1)
            (group, each, outEach) = (Pick(3, 16, 20, 37, 64), 1, Pick(1, 1, 1, 2));
        int kh = Pick(1, 1, 2, 3, 3, 5, 7), kw = Pick(kh, kh, kh, 1, 3, 7), sh = Pick(1, 1, 2, 3), sw = Pick(sh, sh, 1, 2, 4),
            dh = kh > 1 ? Pick(1, 1, 1, 2) : 1, dw = kw > 1 ? Pick(1, 1, 1, 3) : 1;
        int[] pads = [random.NextInt32(kh * dh), random.NextInt32(kw * dw), random.NextInt32(kh * dh), random.NextInt32(kw * dw)];
        int h = (kh - 1) * dh + 1 + random.NextInt32(20), w = (kw - 1) * dw + 1 + random.NextInt32(40);
        NetworkSketch sketch = new(Pick(1, 2, 3), each * group, h, w);
        string y = sketch.Conv("x", each * group, outEach * group, (kh, kw), (sh, sw), pads, (dh, dw), group, Pick(0, 1) == 1);
        if (Pick(0, 1) == 1)
            y = sketch.Node("Relu", [y]);
        Check(sketch, y);
    }

    /// <summary>Winograd, ragged edges, every padding, light and heavy weights, residual and activations.</summary>
    [Test]
    public void Winograd_is_close_to_the_plain_loop([Range(1, 24)] int seed)
    {
        SeededRandom random = new((ulong)seed);
        int inputs = 16 + random.NextInt32(seed % 6 == 0 ? 150 : 40), outputs = 16 + random.NextInt32(seed % 6 == 0 ? 150 : 40);
        int h = 10 + random.NextInt32(16), w = 10 + random.NextInt32(16);
        NetworkSketch sketch = new(1 + random.NextInt32(3), inputs, h, w);
        int[] pads = [random.NextInt32(3), random.NextInt32(3), random.NextInt32(3), random.NextInt32(3)];
        string y = sketch.Conv("x", inputs, outputs, (3, 3), pads: pads);
        if (seed % 2 == 0)
            y = sketch.Node("Add", [y, sketch.Conv("x", inputs, outputs, (3, 3), pads: pads)]);
        y = seed % 3 == 0 ? sketch.Node("Relu", [y]) : seed % 3 == 1 ? sketch.Node("Mul", [y, sketch.Node("Sigmoid", [y])]) : y;
        if (seed % 4 == 0)
            y = sketch.Conv(y, outputs, 16, (3, 3), pads: [1, 1, 1, 1]);
        Check(sketch, y, strict: false, 1e-4);
    }

    /// <summary>Few pixels beside many weights: 2×2 outputs a tile; ragged height and channels, residual.</summary>
    [Test]
    public void Small_winograd_tiles_are_close_to_the_plain_loop([Values(14, 13)] int height, [Values(15, 18)] int width)
    {
        NetworkSketch sketch = new(1, 200, height, width);
        string a = sketch.Conv("x", 200, 185, (3, 3), pads: [1, 1, 1, 1]);
        string y = sketch.Node("Relu", [sketch.Node("Add", [a, sketch.Conv("x", 200, 185, (1, 1))])]);
        Assert.That(Steps(sketch.Build(y), sketch, KernelFamily.Current, 0), Has.Some.StartsWith("Winograd 2×2"));
        Check(sketch, y, strict: false, 1e-4);
    }

    /// <summary>Images that do not fit the cache together pass heavy weights a few at a time.</summary>
    [Test]
    public void Heavy_weights_take_some_images_at_a_time()
    {
        NetworkSketch sketch = new(21, 1024, 2, 8);
        string y = sketch.Conv("x", 1024, 40, (1, 1));
        Graph graph = sketch.Build(y);
        float[] input = PlainRun.Random(sketch.Input.ElementCount, 7), expected = PlainRun.Of(graph, sketch.Input, input);
        foreach (KernelFamily family in KernelFamily.Supported)
            foreach (int threads in new[] { 1, 3 })
                PlainRun.Close(PlainRun.Plan(graph, sketch.Input, input, family, threads, microBatchSize: 21), expected, 2e-5, family.Name);
    }

    /// <summary>NaN and ∞ in the input come out where the plain loops let them out.</summary>
    [Test]
    public void Nan_and_infinity_spread_as_in_the_plain_loops()
    {
        NetworkSketch s = new(1, 16, 12, 11);
        string c = s.Node("Clip", [s.Conv("x", 16, 32, (3, 3), pads: [1, 1, 1, 1])], constants: new() { [1] = -1f, [2] = 6f });
        string d = s.Node("Relu", [s.Conv(c, 32, 32, (3, 3), pads: [1, 1, 1, 1], group: 32)]);
        string y = s.Pool("MaxPool", s.Node("Add", [c, d]), 2, 2);
        Graph graph = s.Build(y);
        float[] input = PlainRun.Random(s.Input.ElementCount, 5);
        input[40] = float.NaN;
        input[700] = float.PositiveInfinity;
        input[900] = float.NegativeInfinity;
        float[] expected = PlainRun.Of(graph, s.Input, input);
        Assert.That(expected.Any(float.IsNaN) && expected.Any(float.IsFinite));
        foreach (KernelFamily family in KernelFamily.Supported)
            PlainRun.Close(PlainRun.Plan(graph, s.Input, input, family), expected, 2e-5, family.Name);
    }

    private static void Check(NetworkSketch sketch, string output, bool strict = true, double tolerance = 2e-5)
    {
        Graph graph = sketch.Build(output);
        float[] input = PlainRun.Random(sketch.Input.ElementCount, 7), expected = PlainRun.Of(graph, sketch.Input, input);
        foreach (KernelFamily family in KernelFamily.Supported)
        {
            float[] one = PlainRun.Plan(graph, sketch.Input, input, family, threads: 1, strict);
            PlainRun.Close(one, expected, tolerance, family.Name);
            Assert.That(PlainRun.Plan(graph, sketch.Input, input, family, threads: 2, strict), Is.EqualTo(one), "2 threads");
            foreach ((int threads, int images) in new[] { (3, 1), (2, 2) })
            {
                float[] other = PlainRun.Plan(graph, sketch.Input, input, family, threads, strict, images);
                if (strict || Steps(graph, sketch, family, images).SequenceEqual(Steps(graph, sketch, family, 0)))
                    Assert.That(other, Is.EqualTo(one), $"{threads} threads, {images} images a pass");
                else
                    PlainRun.Close(other, expected, tolerance, family.Name); // another Winograd tile pays
            }
        }
    }

    private static string[] Steps(Graph graph, NetworkSketch sketch, KernelFamily family, int microBatchSize)
    {
        using InferencePlan plan = InferencePlan.Create(graph, sketch.Input, null, family, microBatchSize);
        return [.. plan.Network.Steps.Select(s => s.Name)];
    }
}
