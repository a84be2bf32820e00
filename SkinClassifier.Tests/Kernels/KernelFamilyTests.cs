using System.Runtime.Intrinsics.X86;
using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Kernels;

[Category("Simd")]
public sealed class KernelFamilyTests
{
    [Test]
    public void Families_follow_the_machine()
    {
        string[] expected = [
            .. Avx512F.IsSupported ? ["avx512"] : Array.Empty<string>(), .. Avx2.IsSupported && Fma.IsSupported ? ["avx2"] : Array.Empty<string>(), "portable"];
        Assert.That(KernelFamily.Supported.Select(f => f.Name), Is.EqualTo(expected));
        Assert.That(KernelFamily.Choose(null, KernelFamily.Supported).Name, Is.EqualTo(expected[0]));
        Assert.That(KernelFamily.Choose("portable", KernelFamily.Supported).Name, Is.EqualTo("portable"));
        Assert.That(() => KernelFamily.Choose("sse9", KernelFamily.Supported), Throws.TypeOf<PlatformNotSupportedException>().With.Message.Contains("sse9"));
    }

    [Test]
    public void Caches_are_those_of_the_machine_or_those_that_were_asked_for()
    {
        Assert.That((CacheSize.Current.FirstLevel, CacheSize.Current.SecondLevel), Is.GreaterThan((8 << 10, 64 << 10)));
        CacheSize detected = new(48 << 10, 2 << 20);
        Assert.That(CacheSize.Choose("", detected), Is.SameAs(detected));
        Assert.That((detected.WeightFloats, detected.SecondLevelFloats), Is.EqualTo((9 << 10, 1 << 19)));
        CacheSize chosen = CacheSize.Choose("32,512", detected);
        Assert.That((chosen.WeightFloats, chosen.SecondLevelFloats), Is.EqualTo((6 << 10, 1 << 17)));
        foreach (string wrong in (string[])["32", "32,x", "8,512", "32,128", "32,99999", "32,512,1", "-32,512"])
            Assert.That(() => CacheSize.Choose(wrong, detected),
                Throws.TypeOf<PlatformNotSupportedException>().With.Message.Contains($"received '{wrong}'").And.Message.Contains("for example 32,512"));
    }

    [TestCase("mobilenet_v2", 96)]
    [TestCase("resnet18", 64)]
    [TestCase("small_cnn", 128)]
    public void The_sizes_of_caches_change_no_bit(string network, int size)
    {
        Graph graph = Architecture.Parse(network).Build(new BackboneOptions { Classes = 9, InputSize = size }).Graph;
        TensorShape shape = new(3, 3, size, size);
        float[] input = [.. Enumerable.Range(0, shape.ElementCount).Select(i => i * 7919 % 256 / 255f)];
        foreach (KernelFamily family in KernelFamily.Supported)
        {
            float[][] outputs = [.. new CacheSize[] { new(32 << 10, 1 << 20), new(16 << 10, 256 << 10), new(1 << 20, 8 << 20) }.Select(caches =>
            {
                using InferencePlan plan = InferencePlan.Create(graph, shape, new PlanOptions { Workers = new(2) }, With(family, caches));
                float[] output = new float[plan.OutputShape.ElementCount];
                plan.Run(input, output);
                return output;
            })];
            Assert.That(outputs[1], Is.EqualTo(outputs[0]), family.Name);
            Assert.That(outputs[2], Is.EqualTo(outputs[0]), family.Name);
            Assert.That(outputs[0].Distinct().Count(), Is.GreaterThan(5));
        }

        static KernelFamily With(KernelFamily family, CacheSize caches) => family switch
        {
            Avx512Kernels => new Avx512Kernels { Caches = caches },
            Avx2Kernels => new Avx2Kernels { Caches = caches },
            _ => new PortableKernels { Caches = caches },
        };
    }

    [Test]
    public void Activations_equal_their_formulas_and_keep_nan([Values] ActivationKindName kind)
    {
        foreach (KernelFamily family in KernelFamily.Supported)
            Check(family, (ActivationKind)kind);
    }

    private static unsafe void Check(KernelFamily family, ActivationKind kind)
    {
        float[] x = [-100, -7, -3, -1.5f, -0.25f, 0, 0.25f, 1, 2.5f, 3, 6, 7, 90, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        float[] y = new float[48];
        Array.Fill(y, 77);
        Activation activation = kind == ActivationKind.Clip ? new(kind, -1, 6) : new(kind, kind == ActivationKind.LeakyRelu ? 0.1f : 1 / 6f, 0.5f);
        fixed (float* from = x, to = y)
            family.Activate(from, to + 16, 1, activation);
        Assert.That(y[..16].Concat(y[32..]), Is.All.EqualTo(77f), "nothing outside is written");
        for (int i = 0; i < 16; i++)
        {
            double v = x[i], hard = Math.Min(Math.Max(activation.A * v + activation.B, 0), 1), sigmoid = 1 / (1 + Math.Exp(-v));
            double expected = kind switch
            {
                ActivationKind.Clip => Math.Min(Math.Max(v, -1), 6),
                ActivationKind.Sigmoid => sigmoid,
                ActivationKind.Silu => v * sigmoid,
                ActivationKind.HardSigmoid => hard,
                ActivationKind.HardSwish => v * hard,
                ActivationKind.Gelu => v * Normal(v),
                ActivationKind.LeakyRelu => v >= 0 ? v : v * activation.A,
                _ => v,
            };
            Assert.That(y[16 + i], double.IsFinite(expected) ? Is.EqualTo(expected).Within(2e-6 * Math.Max(1, Math.Abs(expected)))
                : Is.EqualTo((float)expected), $"{family.Name} {kind}({x[i]})");
        }
    }

    /// <summary>Φ(v), a value of erf's table for every |v| in the test.</summary>
    private static double Normal(double v) => double.IsNaN(v) ? v : v < 0 ? 1 - Normal(-v) : v switch
    {
        0 => 0.5,
        0.25 => 0.598706325682924,
        1 => 0.841344746068543,
        1.5 => 0.933192798731142,
        2.5 => 0.993790334674224,
        3 => 0.998650101968370,
        6 => 0.999999999013412,
        _ => 1,
    };

    /// <summary>The internal enumeration under a public name, as NUnit wants it.</summary>
    public enum ActivationKindName
    {
        None = ActivationKind.None,
        Clip = ActivationKind.Clip,
        Sigmoid = ActivationKind.Sigmoid,
        Silu = ActivationKind.Silu,
        HardSigmoid = ActivationKind.HardSigmoid,
        HardSwish = ActivationKind.HardSwish,
        LeakyRelu = ActivationKind.LeakyRelu,
        Gelu = ActivationKind.Gelu,
    }
}
