using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>The truth: every node on its plain loop, every value in memory of its own.</summary>
internal static class PlainRun
{
    public static float[] Of(Graph graph, TensorShape input, float[] values)
    {
        IReadOnlyDictionary<string, TensorShape> shapes = graph.InferShapes(input);
        Dictionary<string, StepValue> known =
            graph.Parameters.ToDictionary(p => p.Key, p => new StepValue(p.Value.Shape, p.Value.Memory), StringComparer.Ordinal);
        known[graph.Inputs[0].Name] = new StepValue(input, values);
        foreach (Node node in graph.Nodes)
        {
            foreach (string output in node.Outputs)
                if (output.Length > 0)
                    known[output] = new StepValue(shapes[output], new float[shapes[output].ElementCount]);
            node.Operator.Forward(new ForwardStep([.. node.Inputs.Select(i => i.Length == 0 ? default : known[i])], [.. node.Outputs.Select(o => known[o])]));
        }
        return known[graph.Outputs[0]].Values.ToArray();
    }

    public static float[] Random(int count, ulong seed, float low = -1, float high = 1)
    {
        SeededRandom random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)random.NextDouble(low, high);
        return values;
    }

    /// <summary>The plan's output on one family of kernels.</summary>
    public static float[] Plan(Graph graph, TensorShape input, float[] values, KernelFamily family, int threads = 2, bool strict = true, int microBatchSize = 0)
    {
        using InferencePlan plan =
            InferencePlan.Create(graph, input, new PlanOptions { Workers = new WorkerPool(threads), StrictPrecision = strict }, family, microBatchSize);
        float[] output = new float[plan.OutputShape.ElementCount];
        plan.Run(values, output);
        return output;
    }

    /// <summary>Checks |a − b| ≤ tolerance · the largest |b|; NaN and ∞ must agree.</summary>
    public static void Close(float[] actual, float[] expected, double tolerance, string what)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length), what);
        double scale = 1e-6;
        foreach (float value in expected)
            if (float.IsFinite(value))
                scale = Math.Max(scale, Math.Abs(value));
        for (int i = 0; i < actual.Length; i++)
        {
            bool close = float.IsFinite(expected[i]) ? Math.Abs(actual[i] - expected[i]) <= tolerance * scale : actual[i].Equals(expected[i]);
            if (!close)
                Assert.Fail($"{what}: element {i} of {actual.Length}: expected {expected[i]}, received {actual[i]} (largest {scale}).");
        }
    }
}
