using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>Runs one operator forward and backward on buffers of its own.</summary>
public sealed class OperatorRun
{
    private readonly Operator _operator;
    private readonly bool _training;
    private readonly WorkerPool _workers;
    private readonly Tensor?[] _inputs;
    private readonly float[] _saved;

    internal OperatorRun(Operator op, Tensor?[] inputs, bool training = false, int threads = 1, int outputs = 1)
    {
        _operator = op;
        _inputs = inputs;
        _training = training;
        _workers = new WorkerPool(threads);
        TensorShape[] shapes = [.. inputs.Select(i => i?.Shape ?? default)];
        Outputs = [.. op.InferShapes(shapes).Take(outputs).Select(s => new Tensor(s))];
        _saved = new float[op.SavedLength(shapes)];
        foreach (Tensor output in Outputs)
            output.Values.Fill(float.NaN);
    }

    public Tensor[] Outputs { get; }

    public OperatorRun Forward()
    {
        StepValue[] outputs = [.. Outputs.Select(o => new StepValue(o.Shape, o.Memory))];
        _operator.Forward(new ForwardStep(InputValues(_ => default), outputs, _saved, _training, new SeededRandom(5), _workers));
        return this;
    }

    /// <summary>Gradients of all inputs for which <paramref name="wants"/> holds, added to <paramref name="start"/>.</summary>
    public float[]?[] Backward(float[][] upstream, Func<int, bool>? wants = null, float start = 0)
    {
        float[]?[] gradients = new float[_inputs.Length][];
        for (int i = 0; i < gradients.Length; i++)
            if (_inputs[i] is { } input && (wants is null || wants(i)))
            {
                gradients[i] = new float[input.Values.Length];
                Array.Fill(gradients[i]!, start);
            }
        StepValue[] outputs = [.. Outputs.Select((o, i) => new StepValue(o.Shape, o.Memory, upstream[i]))];
        _operator.Backward(new BackwardStep(InputValues(i => gradients[i]), outputs, _saved, _training, _workers));
        return gradients;
    }

    /// <summary>Upstream gradients for all outputs: fixed numbers within ±1.</summary>
    public float[][] Upstream()
    {
        SeededRandom random = new(99);
        float[][] result = new float[Outputs.Length][];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = new float[Outputs[i].Values.Length];
            foreach (ref float value in result[i].AsSpan())
                value = (float)random.NextDouble(-1, 1);
        }
        return result;
    }

    private StepValue[] InputValues(Func<int, float[]?> gradient) =>
        [.. _inputs.Select((input, i) => input is null ? default : new StepValue(input.Shape, input.Memory, gradient(i)))];
}
