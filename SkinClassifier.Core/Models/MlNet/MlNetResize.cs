using SkinClassifier.Onnx.Writing;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// <see cref="Data.ImagePreprocessor"/>'s resize as ONNX nodes, for an image whose size is known only while they run: weights of every new pixel over
/// all source pixels, columns first, rounded to 8 bits, then rows.
/// </summary>
internal sealed class MlNetResize(OnnxProgram program, MlNetSteps steps, ModelManifest manifest)
{
    private readonly int _width = manifest.Width, _height = manifest.Height;

    /// <summary>
    /// Samples [3,rows,columns] of an image → [3,H,W] as the manifest says.
    /// </summary>
    public string Resized(string image, MlNetSamples columns, MlNetSamples rows)
    {
        string kind = manifest.Preprocessing.Resize;
        (string scaledWide, string scaledHigh) = kind switch
        {
            "crop" => Scaled(columns.Source, rows.Source, covering: true),
            "pad" => Scaled(columns.Source, rows.Source, covering: false),
            _ => (steps.N(_width), steps.N(_height)),
        };
        string across = Weights(columns, scaledWide, _width), down = Weights(rows, scaledHigh, _height);
        string narrow = steps.Rounded(steps.Product(image, program.Add("Transpose", [across], ("perm", new long[] { 1, 0 }))));
        return steps.Rounded(steps.Product(down, narrow));
    }

    /// <summary>The size with the image's proportions that covers the input, or fits into it, in whole numbers.</summary>
    private (string Wide, string High) Scaled(string w, string h, bool covering)
    {
        string width = steps.N(_width), height = steps.N(_height), across = steps.Times(width, h), down = steps.Times(height, w);
        string byWidth = covering ? program.Add("Not", [steps.Less(across, down)]) : program.Add("Not", [steps.Less(down, across)]);
        string high = Clamped(steps.Quotient(steps.Plus(across, Half(w)), w), height);
        string wide = Clamped(steps.Quotient(steps.Plus(down, Half(h)), h), width);
        return (steps.Choose(byWidth, width, wide), steps.Choose(byWidth, high, height));

        string Half(string side) => steps.Quotient(side, steps.N(2));
        string Clamped(string side, string target) => covering ? steps.Most(side, target) : steps.Least(steps.Most(side, steps.N(1)), target);
    }

    /// <summary>Weights [target, samples] of a side that is scaled to <paramref name="scaled"/> pixels and cut or padded around its center.</summary>
    private string Weights(MlNetSamples side, string scaled, int target)
    {
        // Whole pixels cut off at the left, negative for a border; toward zero, as in whole numbers.
        string spare = steps.Minus(scaled, steps.N(target));
        string border = steps.Quotient(steps.Absolute(spare), steps.N(2));
        string left = steps.Choose(steps.Less(spare, steps.N(0)), steps.Minus(steps.N(0), border), border);
        string place = steps.Plus(steps.Shape(steps.Count(steps.N(target)), target, 1), left);
        string scale = steps.Over(side.Source, scaled);
        string centers = steps.Times(steps.Plus(place, steps.N(0.5f)), scale);
        string sources = steps.Shape(side.Places, 1, -1);
        string weights;
        if (manifest.Preprocessing.Filter == "nearest")
        {
            string nearest = steps.Floor(steps.Over(steps.Times(centers, side.Count), side.Source));
            string last = steps.Minus(side.Count, steps.N(1));
            weights = steps.Float(program.Add("Equal", [steps.Least(nearest, last), steps.Shape(steps.Count(side.Count), 1, -1)]));
        }
        else
        {
            string distance = steps.Absolute(steps.Over(
                steps.Minus(steps.Plus(sources, steps.N(0.5f)), centers), steps.Most(scale, steps.N(1))));
            weights = manifest.Preprocessing.Filter == "cubic" ? Cubic(distance) : steps.Most(steps.Minus(steps.N(1), distance), steps.N(0));
            string sum = program.Add("ReduceSum", [weights, program.List(1)], ("keepdims", 1L));
            weights = steps.Over(weights, steps.Most(sum, steps.N(1e-6f)));
        }
        string inside = steps.And(steps.Less(steps.N(-0.5f), place), steps.Less(place, steps.Minus(scaled, steps.N(0.5f))));
        return steps.Times(weights, steps.Float(inside));
    }

    /// <summary>Keys' cubic with a = −1/2.</summary>
    private string Cubic(string x)
    {
        string near = steps.Plus(steps.Times(steps.Times(steps.Minus(steps.Times(steps.N(1.5f), x), steps.N(2.5f)), x), x), steps.N(1));
        string far = steps.Times(steps.N(-0.5f),
            steps.Minus(steps.Times(steps.Plus(steps.Times(steps.Minus(x, steps.N(5)), x), steps.N(8)), x), steps.N(4)));
        return steps.Choose(steps.Less(x, steps.N(1)), near, steps.Choose(steps.Less(x, steps.N(2)), far, steps.N(0)));
    }
}

/// <summary>The pixels of one direction that an <see cref="OnnxProgram"/> has, by the names of its results.</summary>
/// <param name="Source">Pixels of the image; a float without axes.</param>
/// <param name="Count">How many of them it has.</param>
/// <param name="Places">Which, ascending, from 0.</param>
internal sealed record MlNetSamples(string Source, string Count, string Places);
