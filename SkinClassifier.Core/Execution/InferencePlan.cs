using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>
/// A graph made ready to predict for one input shape: buffers, and the steps in order. One caller at a time; make one plan per
/// thread of requests. The graph must not change while plans of it live.
/// </summary>
public sealed class InferencePlan : IDisposable
{
    private readonly NodeStep[] _steps;
    private readonly Memory<float> _input, _output;
    private bool _disposed;

    private InferencePlan(TensorShape inputShape, TensorShape outputShape, NodeStep[] steps, Memory<float> input, Memory<float> output, long arenaLength)
    {
        InputShape = inputShape;
        OutputShape = outputShape;
        _steps = steps;
        _input = input;
        _output = output;
        ArenaLength = arenaLength;
    }

    /// <summary>Shape of the input that <see cref="Run"/> takes.</summary>
    public TensorShape InputShape { get; }

    /// <summary>Shape of the output that <see cref="Run"/> fills.</summary>
    public TensorShape OutputShape { get; }

    /// <summary>Floats of all activations together, after reuse.</summary>
    internal long ArenaLength { get; }

    /// <summary>Prepares <paramref name="graph"/> (one input, one output) for inputs of shape <paramref name="input"/>.</summary>
    /// <exception cref="ShapeMismatchException">The graph does not have one input and one output, or the shape does not fit it.</exception>
    public static InferencePlan Create(Graph graph, TensorShape input, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        PlanInput.Check(graph, input);
        WorkerPool workers = options?.Workers ?? WorkerPool.Shared;
        IReadOnlyDictionary<string, TensorShape> shapes = graph.InferShapes(input);
        string outputName = graph.Outputs[0];

        Dictionary<string, int> last = new(StringComparer.Ordinal) { [outputName] = graph.Nodes.Count };
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
            foreach (string value in graph.Nodes[i].Inputs)
                last.TryAdd(value, i);
        Dictionary<string, int> slots = new(StringComparer.Ordinal);
        List<BufferLifetime> buffers = [];
        void Add(string value, int first)
        {
            slots.Add(value, buffers.Count);
            buffers.Add(new BufferLifetime(shapes[value].ElementCount, first, last.GetValueOrDefault(value, first)));
        }
        Add(graph.Inputs[0].Name, -1);
        for (int i = 0; i < graph.Nodes.Count; i++)
            foreach (string value in graph.Nodes[i].Outputs)
                if (value.Length > 0)
                    Add(value, i);

        MemoryPlan memory = MemoryPlan.Place(buffers);
        float[] arena = new float[memory.Length];
        StepValue Value(string name) =>
            name.Length == 0 ? default
            : graph.Parameters.TryGetValue(name, out Tensor? parameter) ? new StepValue(parameter.Shape, parameter.Memory)
            : new StepValue(shapes[name], arena.AsMemory((int)memory.Offsets[slots[name]], shapes[name].ElementCount));
        NodeStep[] steps = [.. graph.Nodes.Select(n => new NodeStep(n.Operator, [.. n.Inputs.Select(Value)], [.. n.Outputs.Select(Value)], workers))];
        return new InferencePlan(input, shapes[outputName], steps, Value(graph.Inputs[0].Name).Values, Value(outputName).Values, memory.Length);
    }

    /// <summary>Computes the output of one input.</summary>
    /// <exception cref="ShapeMismatchException">A span's length is not the element count of its shape.</exception>
    /// <exception cref="ObjectDisposedException">The plan is disposed.</exception>
    public void Run(ReadOnlySpan<float> input, Span<float> output)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        PlanInput.CheckLength("input", input.Length, InputShape);
        PlanInput.CheckLength("output", output.Length, OutputShape);
        input.CopyTo(_input.Span);
        foreach (NodeStep step in _steps)
            step.Run();
        _output.Span.CopyTo(output);
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose() => _disposed = true;
}
