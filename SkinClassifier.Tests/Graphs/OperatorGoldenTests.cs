using System.Text.Json;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>Outputs, gradients and running statistics equal PyTorch's, recorded by assets/golden/graphs/record_operators.py.</summary>
[Category("Simd")]
public sealed class OperatorGoldenTests
{
    private static readonly JsonElement _recorded = JsonElement.Parse(File.ReadAllText(SharedFiles.Asset("golden", "graphs", "operators.json")));

    private static IEnumerable<TestCaseData> Cases =>
        _recorded.GetProperty("cases").EnumerateArray().Select(c => new TestCaseData(c).SetArgDisplayNames(c.GetProperty("name").GetString()!));

    [TestCaseSource(nameof(Cases))]
    public void Equals_PyTorch(JsonElement row)
    {
        JsonElement[] shapes = [.. row.GetProperty("inputs").EnumerateArray()];
        Tensor?[] inputs = [.. shapes.Select((s, i) =>
            s.ValueKind == JsonValueKind.Null ? null : Numbers(Shape(s), i + 1, s.GetProperty("range")[0].GetDouble(), s.GetProperty("range")[1].GetDouble()))];
        JsonElement[] outputs = [.. row.GetProperty("outputs").EnumerateArray()];
        Operator op = OperatorCatalog.Create(row.GetProperty("op").GetString()!, Attributes(row), inputs.Length, outputs.Length);
        OperatorRun run = new OperatorRun(op, inputs, row.GetProperty("training").GetBoolean(), 2, outputs.Length).Forward();
        for (int i = 0; i < outputs.Length; i++)
        {
            Assert.That(run.Outputs[i].Shape, Is.EqualTo(Shape(outputs[i])));
            AreClose(run.Outputs[i].Values.ToArray(), outputs[i].GetProperty("values"), $"output {i}");
        }
        float[]?[] gradients = run.Backward([.. run.Outputs.Select((o, i) => Numbers(o.Shape, 101 + i, -1, 1).Values.ToArray())]);
        JsonElement[] expected = [.. row.GetProperty("gradients").EnumerateArray()];
        for (int i = 0; i < expected.Length; i++)
            if (expected[i].ValueKind == JsonValueKind.Array)
                AreClose(gradients[i]!, expected[i], $"gradient {i}");
        if (row.GetProperty("running").ValueKind == JsonValueKind.Array)
            for (int i = 0; i < 2; i++)
                AreClose(inputs[3 + i]!.Values.ToArray(), row.GetProperty("running")[i], $"running statistic {i}");
    }

    /// <summary>The numbers of the recording script.</summary>
    internal static Tensor Numbers(TensorShape shape, int seed, double low, double high)
    {
        Tensor tensor = new(shape);
        for (int i = 0; i < tensor.Values.Length; i++)
        {
            uint h = (uint)i * 2654435761u + (uint)seed * 40503u + 12345u;
            h = (h ^ (h >> 15)) * 2246822519u;
            tensor.Values[i] = (float)(low + (high - low) * ((h ^ (h >> 13)) / 4294967296.0));
        }
        return tensor;
    }

    private static void AreClose(float[] actual, JsonElement recorded, string what)
    {
        double[] expected = [.. recorded.EnumerateArray().Select(v => v.GetDouble())];
        Assert.That(actual, Has.Length.EqualTo(expected.Length), what);
        double scale = Math.Max(1e-3, expected.Max(Math.Abs));
        for (int i = 0; i < actual.Length; i++)
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-5 * scale + 1e-5 * Math.Abs(expected[i])), $"{what}, element {i}");
    }

    private static TensorShape Shape(JsonElement value) => new([.. value.GetProperty("shape").EnumerateArray().Select(l => l.GetInt32())]);

    private static OperatorAttributes Attributes(JsonElement row) => new(
        row.GetProperty("attributes").EnumerateObject().ToDictionary(p => p.Name, p => Value(p.Value)),
        row.GetProperty("constants").EnumerateObject().ToDictionary(p => int.Parse(p.Name), p => Value(p.Value)));

    // a number is a long, an array long[], {"f": x} a float, {"fs": [x]} float[], {"s": "x"} a text
    private static object Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetInt64(),
        JsonValueKind.Array => value.EnumerateArray().Select(v => v.GetInt64()).ToArray(),
        _ when value.TryGetProperty("f", out JsonElement one) => one.GetSingle(),
        _ when value.TryGetProperty("fs", out JsonElement many) => many.EnumerateArray().Select(v => v.GetSingle()).ToArray(),
        _ => value.GetProperty("s").GetString()!,
    };
}
