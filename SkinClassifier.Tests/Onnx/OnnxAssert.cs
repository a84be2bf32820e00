using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Steps that many ONNX tests share.</summary>
internal static class OnnxAssert
{
    /// <summary>Runs a graph with one input and one output.</summary>
    public static Tensor Run(Graph graph, Tensor input)
    {
        using InferencePlan plan = InferencePlan.Create(graph, input.Shape);
        Tensor output = new(plan.OutputShape);
        plan.Run(input.Values, output.Values);
        return output;
    }

    /// <summary>All elements agree relative to the largest expected one.</summary>
    public static void Close(Tensor actual, Tensor expected, double tolerance, string what = "")
    {
        Assert.That(actual.Shape, Is.EqualTo(expected.Shape), what);
        float largest = 0;
        foreach (float v in expected.Values)
            largest = MathF.Max(largest, MathF.Abs(v));
        for (int i = 0; i < expected.Values.Length; i++)
            Assert.That(actual.Values[i], Is.EqualTo(expected.Values[i]).Within(tolerance * largest), $"{what} element {i}");
    }

    /// <summary>The bytes of a graph as an ONNX file.</summary>
    public static byte[] Bytes(Graph graph, OnnxExportOptions? options = null)
    {
        using MemoryStream stream = new();
        OnnxModel.Write(graph, stream, options);
        return stream.ToArray();
    }

    /// <summary>Same nodes, attributes, weights, inputs and outputs.</summary>
    public static void Equal(Graph actual, Graph expected)
    {
        Assert.That(actual.Nodes.Select(Describe), Is.EqualTo(expected.Nodes.Select(Describe)));
        Assert.That(actual.Inputs, Is.EqualTo(expected.Inputs));
        Assert.That(actual.Outputs, Is.EqualTo(expected.Outputs));
        Assert.That(actual.Parameters.Keys, Is.EquivalentTo(expected.Parameters.Keys));
        foreach ((string name, Tensor value) in expected.Parameters)
        {
            Assert.That(actual.Parameters[name].Shape, Is.EqualTo(value.Shape), name);
            Assert.That(actual.Parameters[name].Values.SequenceEqual(value.Values), name);
        }
    }

    private static string Describe(Node node) =>
        $"{node.Name}: {node.Operator.OpType}({string.Join(", ", node.Inputs)}) -> {string.Join(", ", node.Outputs)} "
        + string.Join(" ", node.Operator.Attributes.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={Text(a.Value)}"))
        + string.Join(" ", node.Operator.Attributes.ConstantInputs.OrderBy(a => a.Key).Select(a => $"[{a.Key}]={Text(a.Value)}"));

    private static string Text(object value) =>
        value is Array list ? $"{value.GetType().Name}({string.Join(",", list.Cast<object>())})" : $"{value.GetType().Name} {value}";
}
