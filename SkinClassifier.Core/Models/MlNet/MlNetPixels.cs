using SkinClassifier.Onnx.Writing;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// The ONNX file that stands before the network in ML.NET's chain and gives it our reader's pixels. ML.NET's ResizeImages has no filter like ours,
/// but its kind Fill copies single pixels: brought to a side of 2ⁿ, pixel x is source pixel ⌊(x + ½) · source / 2ⁿ⌋, exactly. So the file finds the
/// size of the image in two strips (<see cref="MlNetImageSize"/>), takes the image's pixels out of a square and resizes them as
/// <see cref="Data.ImagePreprocessor"/> does. Of an image larger than the square it has every second, third, … pixel, at known places.
/// </summary>
internal static class MlNetPixels
{
    private const string Single = "singlePixels", WideStrip = "wideStrip", HighStrip = "highStrip", Outline = "outline";
    private const int LeastSide = 512, MostSide = 2048, Opset = 13, IrVersion = 8;

    /// <summary>Side of the square of single pixels: the power of two that is at least eight times the input, from 512 to 2048.</summary>
    public static int Side(int input) => (int)Math.Clamp(System.Numerics.BitOperations.RoundUpToPowerOf2(8u * (uint)input), LeastSide, MostSide);

    /// <summary>
    /// The columns that the ONNX file reads, in its order: the square, a few whole rows, a few whole columns, and the outline, which is needed where
    /// the model keeps proportions.
    /// </summary>
    public static IEnumerable<MlNetPixelColumn> Columns(ModelManifest manifest)
    {
        yield return new MlNetPixelColumn(Single, "singleImage", Side(manifest.Width), Side(manifest.Height), MlNetResizing.Fill, MlNetPlanes.All);
        yield return new MlNetPixelColumn(
            WideStrip, "wideImage", MlNetImageSize.Length, MlNetImageSize.Thickness, MlNetResizing.Fill, MlNetPlanes.Colors);
        yield return new MlNetPixelColumn(
            HighStrip, "highImage", MlNetImageSize.Thickness, MlNetImageSize.Length, MlNetResizing.Fill, MlNetPlanes.Colors);
        if (KeepsProportions(manifest))
            yield return new MlNetPixelColumn(
                Outline, "outlineImage", MlNetImageSize.OutlineSide, MlNetImageSize.OutlineSide, MlNetResizing.IsoPad, MlNetPlanes.Alpha);
    }

    /// <summary>The ONNX file: columns of bytes → <c>image</c> [1,3,H,W].</summary>
    public static byte[] Network(ModelManifest manifest)
    {
        int wide = Side(manifest.Width), high = Side(manifest.Height);
        OnnxProgram program = new("pixels");
        MlNetSteps steps = new(program);
        foreach (MlNetPixelColumn column in Columns(manifest))
            program.ByteInput(column.Name, 1, column.PlaneCount, column.Height, column.Width);
        MlNetImageSize size = new(program, steps);
        string width = size.Find(WideStrip, axis: 3, wide), height = size.Find(HighStrip, axis: 2, high);
        if (KeepsProportions(manifest))
            (width, height) = size.Plausible(width, height, Outline, Single);
        (string across, MlNetSamples columns) = Samples(width, wide);
        (string down, MlNetSamples rows) = Samples(height, high);
        string square = steps.Shape(Single, 4, high, wide);
        string image = steps.Float(program.Add("Gather", [program.Add("Gather", [square, down], ("axis", 1L)), across], ("axis", 2L)));
        // ML.NET multiplied the colors with alpha; the rest is white, as our reader has it.
        string white = steps.Plus(steps.Part(image, 0, 1, 4), steps.Minus(steps.N(255), steps.Part(image, 0, 0, 1)));
        string result = new MlNetResize(program, steps, manifest).Resized(white, columns, rows);
        program.AddAs(ImageClassificationModel.InputName, "Reshape", [result, program.List(1, 3, manifest.Height, manifest.Width)]);
        return program.ToArray(ImageClassificationModel.InputName, Opset, IrVersion, 1, 3, manifest.Height, manifest.Width);

        // Of every source pixel the copy nearest to its middle, or all pixels of the square when the source has more; and their places in the source.
        (string Copies, MlNetSamples Samples) Samples(string source, int side)
        {
            string count = steps.Least(source, steps.N(side));
            string copies = steps.Floor(steps.Over(steps.Times(steps.Plus(steps.Count(count), steps.N(0.5f)), steps.N(side)), count));
            string places = steps.Floor(steps.Over(steps.Times(steps.Plus(copies, steps.N(0.5f)), source), steps.N(side)));
            return (steps.Whole(copies), new MlNetSamples(source, count, places));
        }
    }

    private static bool KeepsProportions(ModelManifest manifest) => manifest.Preprocessing.Resize is "crop" or "pad";
}
