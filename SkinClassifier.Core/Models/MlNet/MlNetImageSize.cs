using SkinClassifier.Common;
using SkinClassifier.Onnx.Writing;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// Finds how wide and high an image is, of which ML.NET copied single pixels to long strips: neighbors that differ can only lie where one source pixel
/// ends, so the smallest size is taken whose ends include all of them. Above <see cref="MostExact"/> pixels every change counts as one pixel.
/// A drawing with a few edges says little about its size; then the square of single pixels itself is taken as the image.
/// </summary>
internal sealed class MlNetImageSize(OnnxProgram program, MlNetSteps steps)
{
    /// <summary>Length of a strip, the largest size that is found.</summary>
    public const int Length = 8192;

    /// <summary>Rows of a wide strip, columns of a high one.</summary>
    public const int Thickness = 16;

    /// <summary>Side of the square in which ML.NET pads the image, to see its proportions.</summary>
    public const int OutlineSide = 128;

    private const int MostExact = 2048, Stride = Length / MostExact, MaxWeight = 8;
    private const int LeastSize = 8, LeastChanges = 4;

    private string? _inside;

    /// <summary>
    /// Pixels of the source along <paramref name="axis"/>, 2 (rows) or 3 (columns), of a strip [1,3,h,w]; a float without axes. Where fewer than one of
    /// four neighbors differ it is <paramref name="unknown"/>.
    /// </summary>
    public string Find(string strip, int axis, int unknown)
    {
        // Sums with weights from 1 to 8 are whole numbers below 2²⁴: equal lines have equal sums, bit for bit, and others differ.
        long[] shape = axis == 3 ? [1, 3, Thickness, 1] : [1, 3, 1, Thickness];
        string weighted = steps.Times(steps.Float(strip), program.Floats(Weights(3 * Thickness), shape));
        string sums = program.Add("ReduceSum", [weighted, program.List(0, 1, axis == 3 ? 2 : 3)], ("keepdims", 0L));
        string some = program.Add("Slice", [sums, program.List(Stride / 2), program.List(Length), program.List(0), program.List(Stride)]);
        string differ = Differ(some, MostExact), exact = Smallest(differ);
        string few = steps.Or(steps.Less(exact, steps.N(LeastSize)), steps.Less(steps.Times(Sum(differ), steps.N(LeastChanges)), exact));
        string counted = steps.Most(steps.Plus(Sum(Differ(sums, Length)), steps.N(1)), steps.N(MostExact));
        return steps.Choose(few, steps.N(unknown), steps.Choose(steps.Less(exact, steps.N(MostExact)), exact, counted));
    }

    /// <summary>
    /// The sizes, unless the outline [1,1,128,128] (alpha: 0 where ML.NET padded) shows other proportions: an image with few changes, as a drawing, can
    /// look like a smaller one. Then the smaller side follows from the other. Images with transparency have no such outline.
    /// </summary>
    public (string Width, string Height) Plausible(string width, string height, string outline, string square)
    {
        string alpha = steps.Float(outline);
        string wide = Extent(alpha, 2), high = Extent(alpha, 3);
        string scale = steps.Over(steps.N(OutlineSide), steps.Most(width, height));
        string fits = steps.And(Near(steps.Times(width, scale), wide), Near(steps.Times(height, scale), high));
        string opaque = steps.Less(steps.N(254.5f), steps.Float(program.Add("ReduceMin", [steps.Part(square, 1, 0, 1)], ("keepdims", 0L))));
        string kept = steps.Or(fits, program.Add("Not", [opaque]));
        string proportion = steps.Over(wide, high);
        string otherWidth = steps.Most(width, Nearest(steps.Times(height, proportion)));
        string otherHeight = steps.Most(height, Nearest(steps.Over(width, proportion)));
        return (steps.Choose(kept, width, otherWidth), steps.Choose(kept, height, otherHeight));

        // ML.NET cuts to whole pixels.
        string Near(string expected, string seen) => steps.Less(steps.Absolute(steps.Minus(steps.Minus(expected, steps.N(0.5f)), seen)), steps.N(0.51f));
        string Nearest(string value) => steps.Floor(steps.Plus(value, steps.N(0.5f)));
        string Extent(string values, long along) => steps.Most(steps.N(1), Sum(steps.Shape(
            steps.Less(steps.N(0.5f), program.Add("ReduceMax", [values], ("axes", new long[] { along }), ("keepdims", 0L))), OutlineSide)));
    }

    /// <summary>How many of a list [n] are true.</summary>
    private string Sum(string conditions) => program.Add("ReduceSum", [steps.Float(conditions), program.List(0)], ("keepdims", 0L));

    private string Differ(string sums, int count) => program.Add("Not",
        [program.Add("Equal", [steps.Part(sums, 0, 0, count - 1), steps.Part(sums, 0, 1, count)])]);

    private string Smallest(string differ)
    {
        string possible = steps.Float(steps.Less(steps.Product(_inside ??= Inside(), steps.Float(differ)), steps.N(0.5f)));
        return steps.Plus(steps.Float(program.Add("ArgMax", [possible], ("axis", 0L), ("keepdims", 0L))), steps.N(1));
    }

    /// <summary>Row s − 1: 1 where two neighbors of a strip lie in one pixel of a source of s pixels. Constant: a runtime computes it once.</summary>
    private string Inside()
    {
        string sizes = steps.Plus(steps.Shape(steps.Count(steps.N(MostExact)), MostExact, 1), steps.N(1));
        string middles = steps.Plus(steps.Times(steps.Count(steps.N(MostExact)), steps.N(Stride)), steps.N(Stride / 2 + 0.5f));
        string sources = steps.Floor(steps.Times(sizes, steps.Shape(steps.Over(middles, steps.N(Length)), 1, MostExact)));
        return steps.Float(program.Add("Equal", [steps.Part(sources, 1, 0, MostExact - 1), steps.Part(sources, 1, 1, MostExact)]));
    }

    private static float[] Weights(int count)
    {
        SeededRandom random = new(1);
        float[] weights = new float[count];
        for (int i = 0; i < count; i++)
            weights[i] = 1 + random.NextInt32(MaxWeight);
        return weights;
    }
}
