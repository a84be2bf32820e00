using System.Numerics;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>Shades-of-gray color constancy from planes to planes, one image a chunk: a pass that measures, a pass that scales.</summary>
internal sealed unsafe class ColorConstancyStep(FusedColorConstancy node, PlanBuffer x, PlanBuffer y, int channels, int plane) : ChunkedStep
{
    private const int Part = 512;

    /// <inheritdoc/>
    public override string Name => "Color constancy";

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => [x, y];

    /// <inheritdoc/>
    protected override int ChunksPerImage => 1;

    /// <inheritdoc/>
    protected override void Run(int image, int chunk)
    {
        nint start = (nint)image * channels * plane;
        double[] light = new double[channels];
        double energy = 0;
        for (int c = 0; c < channels; c++)
        {
            light[c] = Math.Pow(Math.Max(SixthPowers(new(x.Pointer + start + (nint)c * plane, plane)) / plane, node.Least), node.Root);
            energy += light[c] * light[c];
        }
        double length = Math.Sqrt(energy / channels);
        for (int c = 0; c < channels; c++)
            Scale(new(x.Pointer + start + (nint)c * plane, plane), (float)(length / light[c]), new(y.Pointer + start + (nint)c * plane, plane));
    }

    /// <summary>Σ x⁶: parts of 512 in single precision by lanes, their sums in double precision.</summary>
    private static double SixthPowers(ReadOnlySpan<float> x)
    {
        double sum = 0;
        for (int at = 0; at < x.Length; at += Part)
        {
            ReadOnlySpan<float> part = x.Slice(at, Math.Min(Part, x.Length - at));
            Vector<float> lanes = Vector<float>.Zero;
            int i = 0;
            for (; i <= part.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> v = new(part[i..]);
                v *= v;
                lanes += v * v * v;
            }
            sum += Vector.Sum(lanes);
            for (; i < part.Length; i++)
            {
                double v = part[i] * part[i];
                sum += v * v * v;
            }
        }
        return sum;
    }

    private void Scale(ReadOnlySpan<float> from, float gain, Span<float> to)
    {
        (float low, float high) = node.Limits;
        Vector<float> factor = new(gain), least = new(low), most = new(high);
        int i = 0;
        for (; i <= from.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // NaN stays NaN: it is neither below nor above.
            Vector<float> v = new Vector<float>(from[i..]) * factor;
            v = Vector.ConditionalSelect(Vector.LessThan(v, least), least, v);
            Vector.ConditionalSelect(Vector.GreaterThan(v, most), most, v).CopyTo(to[i..]);
        }
        for (; i < from.Length; i++)
        {
            float v = from[i] * gain;
            v = v < low ? low : v;
            to[i] = v > high ? high : v;
        }
    }
}
