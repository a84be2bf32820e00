using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>Which connections of a weight count: those that enter an output or those that leave an input channel.</summary>
public enum FanMode
{
    /// <summary>Product of all lengths but the first.</summary>
    In,

    /// <summary>First length times the product of the spatial lengths.</summary>
    Out,
}

/// <summary>First values of a parameter: a rule from shape and seeded random numbers to values, with the formulas of torch.nn.init.</summary>
public sealed class Initializer
{
    private const int ChunkLength = 65536; // values that share one sequence of random numbers
    private readonly Action<TensorShape, Span<float>, SeededRandom> _fill;

    private Initializer(Action<TensorShape, Span<float>, SeededRandom> fill) => _fill = fill;

    /// <summary>All 0.</summary>
    public static Initializer Zeros { get; } = Constant(0);

    /// <summary>All 1.</summary>
    public static Initializer Ones { get; } = Constant(1);

    /// <summary>All <paramref name="value"/>.</summary>
    public static Initializer Constant(float value) => new((_, values, _) => values.Fill(value));

    /// <summary>Normal with mean 0.</summary>
    public static Initializer Normal(double standardDeviation) => new((_, values, random) =>
    {
        foreach (ref float value in values)
            value = (float)(random.NextGaussian() * standardDeviation);
    });

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public static Initializer Uniform(double low, double high) => new((_, values, random) =>
    {
        foreach (ref float value in values)
            value = (float)random.NextDouble(low, high);
    });

    /// <summary>
    /// Normal with mean 0, drawn again while outside [<paramref name="low"/>, <paramref name="high"/>] (absolute bounds, not multiples of the
    /// deviation).
    /// </summary>
    public static Initializer TruncatedNormal(double standardDeviation, double low = -2, double high = 2) => new((_, values, random) =>
    {
        foreach (ref float value in values)
        {
            double drawn;
            do
                drawn = random.NextGaussian() * standardDeviation;
            while (drawn < low || drawn > high);
            value = (float)drawn;
        }
    });

    /// <summary>Normal with deviation gain / √fan; gain √2 is for ReLU (He et al., 2015).</summary>
    public static Initializer KaimingNormal(FanMode fan = FanMode.Out, double gain = 1.4142135623730951) => new((shape, values, random) =>
        Normal(gain / Math.Sqrt(Fan(shape, fan)))._fill(shape, values, random));

    /// <summary>Uniform in ±gain · √(3 / fan). Gain 1/√3 with fan in gives ±1 / √fan, PyTorch's default for Conv and Linear.</summary>
    public static Initializer KaimingUniform(FanMode fan = FanMode.In, double gain = 0.57735026918962573) => new((shape, values, random) =>
    {
        double bound = gain * Math.Sqrt(3.0 / Fan(shape, fan));
        Uniform(-bound, bound)._fill(shape, values, random);
    });

    /// <summary>Uniform in ±gain · √(6 / (fan in + fan out)) (Glorot and Bengio, 2010).</summary>
    public static Initializer XavierUniform(double gain = 1) => new((shape, values, random) =>
    {
        double bound = gain * Math.Sqrt(6.0 / (Fan(shape, FanMode.In) + Fan(shape, FanMode.Out)));
        Uniform(-bound, bound)._fill(shape, values, random);
    });

    /// <summary>A new tensor. The same <paramref name="seed"/> and <paramref name="name"/> give the same values, whatever else a network holds.</summary>
    public Tensor Create(TensorShape shape, ulong seed, string name)
    {
        ulong hash = 14695981039346656037; // FNV-1a over the name's UTF-16 units
        foreach (char c in name)
            hash = (hash ^ c) * 1099511628211;
        Tensor tensor = new(shape);
        int count = tensor.Values.Length;
        WorkerPool.Shared.Run((count + ChunkLength - 1) / ChunkLength, chunk =>
            _fill(shape, tensor.Values.Slice(chunk * ChunkLength, Math.Min(ChunkLength, count - chunk * ChunkLength)),
                new SeededRandom(seed, hash, (ulong)chunk)));
        return tensor;
    }

    /// <summary>Number of connections of a weight [out, in, spatial…]; 1 at least.</summary>
    internal static int Fan(TensorShape shape, FanMode mode)
    {
        int fan = shape.Rank == 0 ? 1 : mode == FanMode.Out || shape.Rank == 1 ? shape[0] : shape[1];
        for (int i = 2; i < shape.Rank; i++)
            fan *= shape[i];
        return Math.Max(1, fan);
    }
}
