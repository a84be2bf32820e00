using System.Runtime.InteropServices;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>Laws that hold for every operator case.</summary>
[Category("Simd")]
public sealed class OperatorLawsTests
{
    private static IEnumerable<OperatorCase> Cases => OperatorCases.All;

    private static IEnumerable<OperatorCase> WithGradient => Cases.Where(c => c.HasGradient);

    private static IEnumerable<OperatorCase> WithWrongShapes => Cases.Where(c => c.Wrong is not null);

    private static IReadOnlyCollection<string> OpTypes => OperatorCatalog.OpTypes;

    [TestCaseSource(nameof(Cases))]
    public void Output_has_the_inferred_shape_and_is_written(OperatorCase row)
    {
        OperatorRun run = Run(row).Forward();
        Assert.That(run.Outputs, Is.Not.Empty);
        foreach (Tensor output in run.Outputs)
            Assert.That(output.Values.ToArray(), Has.None.NaN);
    }

    [TestCaseSource(nameof(Cases))]
    public void Forward_leaves_its_inputs_alone(OperatorCase row)
    {
        Tensor?[] inputs = row.CreateInputs();
        Operator op = row.Create();
        new OperatorRun(op, inputs, row.Training).Forward();
        Tensor?[] fresh = row.CreateInputs();
        for (int i = 0; i < inputs.Length; i++)
            if (op.IsTrainable(i) && inputs[i] is { } input)
                Assert.That(input.Values.ToArray(), Is.EqualTo(fresh[i]!.Values.ToArray()));
    }

    [TestCaseSource(nameof(WithGradient))]
    public void Backward_is_the_central_difference(OperatorCase row)
    {
        OperatorRun run = Run(row).Forward();
        float[][] upstream = run.Upstream();
        float[]?[] gradients = run.Backward(upstream, i => !row.WithoutGradient.Contains(i));
        int compared = 0;
        for (int input = 0; input < gradients.Length; input++)
        {
            if (gradients[input] is not { } gradient)
                continue;
            for (int i = 0; i < gradient.Length; i++)
            {
                const float h = 1e-2f;
                double expected = (Loss(row, input, i, h, upstream) - Loss(row, input, i, -h, upstream)) / (2 * h);
                Assert.That(gradient[i], Is.EqualTo(expected).Within(2e-3 + 4e-3 * Math.Abs(expected)), $"input {input}, element {i}");
                compared++;
            }
        }
        Assert.That(compared, Is.GreaterThan(0));
    }

    [TestCaseSource(nameof(Cases))]
    public void Backward_adds(OperatorCase row)
    {
        OperatorRun run = Run(row).Forward();
        float[][] upstream = run.Upstream();
        float[]?[] once = run.Backward(upstream), added = run.Backward(upstream, start: 3);
        for (int input = 0; input < once.Length; input++)
            if (once[input] is { } gradient)
                Assert.That(added[input], Is.EqualTo(gradient.Select(g => g + 3)).Within(1e-4));
    }

    [TestCaseSource(nameof(Cases))]
    public void A_gradient_does_not_depend_on_which_others_are_asked_for(OperatorCase row)
    {
        OperatorRun run = Run(row).Forward();
        float[][] upstream = run.Upstream();
        float[]?[] all = run.Backward(upstream);
        Assert.That(run.Backward(upstream, _ => false), Has.All.Null);
        for (int input = 0; input < all.Length; input++)
            Assert.That(run.Backward(upstream, i => i == input)[input], Is.EqualTo(all[input]));
    }

    [TestCaseSource(nameof(Cases))]
    public void Any_thread_count_gives_the_same_bits(OperatorCase row)
    {
        OperatorRun one = Run(row).Forward(), three = Run(row, 3).Forward();
        float[][] upstream = one.Upstream();
        float[]?[] expected = one.Backward(upstream), actual = three.Backward(upstream);
        for (int i = 0; i < one.Outputs.Length; i++)
            Assert.That(Bits(three.Outputs[i].Values), Is.EqualTo(Bits(one.Outputs[i].Values)));
        for (int i = 0; i < expected.Length; i++)
            Assert.That(Bits(actual[i]), Is.EqualTo(Bits(expected[i])));
    }

    [TestCaseSource(nameof(WithWrongShapes))]
    public void Wrong_shapes_name_the_operator(OperatorCase row) =>
        Assert.That(() => row.Create().InferShapes(row.Wrong), Throws.InstanceOf<ShapeMismatchException>().With.Message.StartsWith(row.OpType + ":"));

    [TestCaseSource(nameof(Cases))]
    public void Missing_inputs_name_the_operator(OperatorCase row) =>
        Assert.That(() => row.Create().InferShapes([]), Throws.InstanceOf<ShapeMismatchException>().With.Message.StartsWith(row.OpType + ":"));

    [TestCaseSource(nameof(OpTypes))]
    public void Every_operator_has_a_file_a_case_and_its_own_name(string opType)
    {
        string file = Path.Combine(SharedFiles.Repository, "SkinClassifier.Engine", "Graphs", "Operators", opType + ".cs");
        OperatorCase[] rows = [.. Cases.Where(c => c.OpType == opType)];
        Assert.That(File.Exists(file), Is.True, file);
        Assert.That(rows, Is.Not.Empty, $"no case for {opType}");
        Assert.That(rows[0].Create().OpType, Is.EqualTo(opType));
    }

    [Test]
    public void Every_operator_file_is_in_the_catalog()
    {
        string folder = Path.Combine(SharedFiles.Repository, "SkinClassifier.Engine", "Graphs", "Operators");
        foreach (string file in Directory.EnumerateFiles(folder, "*.cs"))
            if (File.ReadAllText(file).Contains("override string OpType", StringComparison.Ordinal))
                Assert.That(OperatorCatalog.OpTypes, Does.Contain(Path.GetFileNameWithoutExtension(file)));
    }

    [Test]
    public void An_unknown_operator_is_refused_by_name() =>
        Assert.That(() => OperatorCatalog.Create("Einsum", OperatorAttributes.None, 2, 1),
            Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("'Einsum'").And.Message.Contains("Conv"));

    private static OperatorRun Run(OperatorCase row, int threads = 1) => new(row.Create(), row.CreateInputs(), row.Training, threads, row.Outputs);

    private static double Loss(OperatorCase row, int input, int element, float change, float[][] upstream)
    {
        Tensor?[] inputs = row.CreateInputs();
        inputs[input]!.Values[element] += change;
        OperatorRun run = new OperatorRun(row.Create(), inputs, row.Training, 1, row.Outputs).Forward();
        double loss = 0;
        for (int o = 0; o < run.Outputs.Length; o++)
            for (int i = 0; i < upstream[o].Length; i++)
                loss += (double)run.Outputs[o].Values[i] * upstream[o][i];
        return loss;
    }

    private static int[] Bits(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, int>(values).ToArray();
}
