using SkinClassifier.Onnx.Writing;

namespace SkinClassifier.Models.MlNet;

/// <summary>Arithmetic on the results of an <see cref="OnnxProgram"/>, by name; scalars and arrays as ONNX broadcasts them.</summary>
internal sealed class MlNetSteps(OnnxProgram program)
{
    public string N(float value) => program.Number(value);

    public string Plus(string a, string b) => program.Add("Add", [a, b]);

    public string Minus(string a, string b) => program.Add("Sub", [a, b]);

    public string Times(string a, string b) => program.Add("Mul", [a, b]);

    public string Over(string a, string b) => program.Add("Div", [a, b]);

    public string Floor(string a) => program.Add("Floor", [a]);

    public string Absolute(string a) => program.Add("Abs", [a]);

    public string Most(string a, string b) => program.Add("Max", [a, b]);

    public string Least(string a, string b) => program.Add("Min", [a, b]);

    public string Less(string a, string b) => program.Add("Less", [a, b]);

    public string And(string a, string b) => program.Add("And", [a, b]);

    public string Or(string a, string b) => program.Add("Or", [a, b]);

    public string Choose(string condition, string yes, string no) => program.Add("Where", [condition, yes, no]);

    public string Float(string a) => program.Add("Cast", [a], ("to", OnnxProgram.Float32));

    public string Whole(string a) => program.Add("Cast", [a], ("to", OnnxProgram.Int64));

    public string Product(string a, string b) => program.Add("MatMul", [a, b]);

    public string Shape(string a, params long[] lengths) => program.Add("Reshape", [a, program.List(lengths)]);

    /// <summary>⌊a / b⌋ of whole numbers below 2²⁴.</summary>
    public string Quotient(string a, string b) => Floor(Over(a, b));

    /// <summary>Elements <paramref name="first"/> to before <paramref name="end"/> of an axis.</summary>
    public string Part(string a, long axis, long first, long end) =>
        program.Add("Slice", [a, program.List(first), program.List(end), program.List(axis)]);

    /// <summary>0, 1, … before <paramref name="count"/> (a float without axes), as floats.</summary>
    public string Count(string count) => Float(program.Add("Range", [program.Whole(0), Whole(count), program.Whole(1)]));

    /// <summary>The nearest whole number from 0 to 255; halves go up, as in fixed-point arithmetic.</summary>
    public string Rounded(string a) => Least(Most(Floor(Plus(a, N(0.5001f))), N(0)), N(255));
}
