using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Files;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>What operators say of themselves is true: constants they hold, images they keep apart, shapes they refuse without an exception.</summary>
public sealed class OperatorFactsTests
{
    private static IEnumerable<OperatorCase> Cases => OperatorCases.All;

    private static IEnumerable<OperatorCase> WithBatch => Cases.Where(c => !c.Training && c.Inputs is [{ Rank: > 1 } first, ..] && first[0] > 1
        && Apart(c, Whole(c)));

    [Test]
    public void Most_operators_keep_images_apart_and_some_do_not()
    {
        Assert.That(WithBatch.Select(c => c.OpType).Distinct().Count(), Is.GreaterThan(35));
        string[] mixing = [.. Cases.Where(c => !Apart(c, Whole(c))).Select(c => c.OpType).Distinct()];
        Assert.That(mixing, Does.Contain("ReduceSum").And.Contain("Gather").And.Contain("Transpose").And.Not.Contain("Conv").And.Not.Contain("Relu"));
    }

    /// <summary>An image that is computed alone has the bits that it has in its batch.</summary>
    [TestCaseSource(nameof(WithBatch))]
    public void Images_that_are_kept_apart_are_computed_alone(OperatorCase row)
    {
        Tensor?[] inputs = row.CreateInputs();
        OperatorRun whole = new OperatorRun(row.Create(), inputs, false, 1, row.Outputs).Forward();
        int batch = inputs[0]!.Shape[0];
        for (int image = 0; image < batch; image++)
        {
            Tensor?[] alone = [.. inputs.Select((t, i) => IsVarying(row, i) ? Image(t!, image) : t)];
            if (row.Create().Infer([.. alone.Select(t => t?.Shape ?? default)], new ShapeCheck(row.OpType)) is null)
                continue; // a Reshape with a fixed batch, which no pass of a plan cuts
            OperatorRun run = new OperatorRun(row.Create(), alone, false, 1, row.Outputs).Forward();
            for (int o = 0; o < row.Outputs; o++)
                Assert.That(run.Outputs[o].Values.ToArray(), Is.EqualTo(Image(whole.Outputs[o], image).Values.ToArray()), $"output {o} of image {image}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Constants_of_a_case_have_the_form_that_the_catalog_names(OperatorCase row)
    {
        OperatorFacts facts = OperatorCatalog.Find(row.OpType)!;
        foreach ((int input, object value) in row.Constants)
            Assert.That(facts.FormOf(input), value is float ? Is.EqualTo(ConstantForm.Float)
                : value is float[]? Is.EqualTo(ConstantForm.Floats)
                : Is.Not.Null.And.Not.EqualTo(ConstantForm.Float).And.Not.EqualTo(ConstantForm.Floats), $"input {input}");
        for (int input = 0; input < row.Inputs.Length; input++)
            Assert.That(facts.MayLack(input) || row.Inputs[input] is not null, Is.True, $"input {input}");
    }

    [TestCaseSource(nameof(Cases))]
    public void Shapes_that_do_not_fit_are_a_reason_and_no_exception(OperatorCase row)
    {
        foreach (TensorShape[] shapes in (TensorShape[][])[[], row.Wrong ?? []])
        {
            ShapeCheck check = new(row.OpType);
            Assert.That(row.Create().Infer(shapes, check), Is.Null);
            Assert.That(check.Reason, Does.StartWith(row.OpType + ": expected "));
        }
        ShapeCheck fits = new(row.OpType);
        Assert.That(row.Create().Infer([.. row.Inputs.Select(i => i ?? default)], fits), Is.Not.Null);
        Assert.That(fits.Reason, Is.Null);
    }

    [Test]
    public void An_operator_known_only_to_files_cannot_be_made()
    {
        string[] only = [.. OperatorCatalog.AllNames.Except(OperatorCatalog.OpTypes)];
        Assert.That(only, Does.Contain("Shape").And.Contain("Upsample"));
        foreach (string name in only)
        {
            OperatorFacts facts = OperatorCatalog.Find(name)!;
            Assert.That(facts.Fold is not null || facts.FoldShape is not null || facts.Upgrade is not null, Is.True, name);
            Assert.That(() => OperatorCatalog.Create(name, OperatorAttributes.None, 1, 1),
                Throws.InstanceOf<SkinClassifier.Common.UnsupportedContentException>().With.Message.Contains($"'{name}'"));
        }
    }

    private static TensorShape Whole(OperatorCase row) => row.Inputs[0] ?? default;

    /// <summary>The inputs that hold images: the first, and for arithmetic all with as many axes and as many images.</summary>
    private static bool IsVarying(OperatorCase row, int input) => input == 0
        || row.Inputs[input] is TensorShape shape && shape.Rank == Whole(row).Rank && shape[0] == Whole(row)[0]
            && row.Create() is BinaryOperator or VariadicOperator or Concat or MatMul;

    private static bool Apart(OperatorCase row, TensorShape first)
    {
        if (first.Rank < 2 || row.Inputs.Any(i => i is TensorShape shape && shape.Lengths.Contains(0)))
            return false;
        Operator op = row.Create();
        TensorShape[] outputs = op.InferShapes([.. row.Inputs.Select(i => i ?? default)]);
        string[] inputs = [.. row.Inputs.Select((s, i) => s is null ? "" : $"x{i}")], results = [.. Enumerable.Range(0, row.Outputs).Select(i => $"y{i}")];
        Dictionary<string, TensorShape> shapes = [];
        for (int i = 0; i < inputs.Length; i++)
            shapes[inputs[i]] = row.Inputs[i] ?? default;
        for (int o = 0; o < results.Length; o++)
            shapes[results[o]] = outputs[o];
        bool leads = outputs.Take(row.Outputs).All(o => o.Rank > 0 && o[0] == first[0]);
        return leads && op.KeepsImagesApart(new BatchInputs(new Node("node", op, inputs, results), shapes,
            name => name.Length > 1 && !IsVarying(row, int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture))));
    }

    private static Tensor Image(Tensor tensor, int image)
    {
        Tensor alone = new(tensor.Shape.With(0, 1));
        int length = alone.Values.Length;
        tensor.Values.Slice(image * length, length).CopyTo(alone.Values);
        return alone;
    }
}
