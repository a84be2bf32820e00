using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>One value of a step: its shape, its elements, and its gradient where there is one.</summary>
internal readonly struct StepValue(TensorShape shape, Memory<float> values, Memory<float> gradient = default)
{
    /// <summary>Shape; rank 0 with no elements when the value is absent.</summary>
    public TensorShape Shape { get; } = shape;

    /// <summary>Elements, last axis fastest.</summary>
    public Memory<float> Values { get; } = values;

    /// <summary>Gradient, same length as <see cref="Values"/>, or empty when unused.</summary>
    public Memory<float> Gradient { get; } = gradient;
}

/// <summary>What <see cref="Operator.Forward"/> works on.</summary>
internal readonly ref struct ForwardStep
{
    private readonly ReadOnlySpan<StepValue> _inputs, _outputs;

    /// <summary>Creates a step over values that the plan owns.</summary>
    public ForwardStep(ReadOnlySpan<StepValue> inputs, ReadOnlySpan<StepValue> outputs, Span<float> saved = default, bool training = false,
        SeededRandom? random = null, WorkerPool? workers = null)
    {
        _inputs = inputs;
        _outputs = outputs;
        Saved = saved;
        Training = training;
        Random = random;
        Workers = workers ?? WorkerPool.Shared;
    }

    /// <summary>How many inputs the node names, absent ones included.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>How many outputs the node has.</summary>
    public int OutputCount => _outputs.Length;

    /// <summary>Whether input <paramref name="input"/> is given.</summary>
    public bool Has(int input) => input < _inputs.Length && !_inputs[input].Values.IsEmpty;

    /// <summary>Elements of input <paramref name="input"/>.</summary>
    public ReadOnlySpan<float> Input(int input) => _inputs[input].Values.Span;

    /// <summary>Input <paramref name="input"/> for writing: running statistics of BatchNormalization in training, nothing else.</summary>
    public Span<float> RunningStatistic(int input) => _inputs[input].Values.Span;

    /// <summary>Shape of input <paramref name="input"/>.</summary>
    public TensorShape InputShape(int input) => _inputs[input].Shape;

    /// <summary>Where output <paramref name="output"/> goes. Its old content is undefined; every element must be written.</summary>
    public Span<float> Output(int output) => _outputs[output].Values.Span;

    /// <summary>Output <paramref name="output"/> as memory, for work on several threads.</summary>
    public Memory<float> OutputMemory(int output) => _outputs[output].Values;

    /// <summary>Input <paramref name="input"/> as memory, for work on several threads.</summary>
    public ReadOnlyMemory<float> InputMemory(int input) => _inputs[input].Values;

    /// <summary>Shape of output <paramref name="output"/>.</summary>
    public TensorShape OutputShape(int output) => _outputs[output].Shape;

    /// <summary>Floats kept for Backward (length = SavedLength); empty outside training.</summary>
    public Span<float> Saved { get; }

    /// <summary>True in a training step: Dropout drops, BatchNormalization uses and updates statistics.</summary>
    public bool Training { get; }

    /// <summary>Random numbers of this node and step; null outside training.</summary>
    public SeededRandom? Random { get; }

    /// <summary>Threads to work on.</summary>
    public WorkerPool Workers { get; }
}

/// <summary>What <see cref="Operator.Backward"/> works on.</summary>
internal readonly ref struct BackwardStep
{
    private readonly ReadOnlySpan<StepValue> _inputs, _outputs;

    /// <summary>Creates a step over values that the plan owns.</summary>
    public BackwardStep(
        ReadOnlySpan<StepValue> inputs, ReadOnlySpan<StepValue> outputs, ReadOnlySpan<float> saved = default, bool training = true, WorkerPool? workers = null)
    {
        _inputs = inputs;
        _outputs = outputs;
        Saved = saved;
        Training = training;
        Workers = workers ?? WorkerPool.Shared;
    }

    /// <summary>How many inputs the node names, absent ones included.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>How many outputs the node has.</summary>
    public int OutputCount => _outputs.Length;

    /// <summary>Whether input <paramref name="input"/> is given.</summary>
    public bool Has(int input) => input < _inputs.Length && !_inputs[input].Values.IsEmpty;

    /// <summary>Elements of input <paramref name="input"/> as Forward saw them.</summary>
    public ReadOnlySpan<float> Input(int input) => _inputs[input].Values.Span;

    /// <summary>Shape of input <paramref name="input"/>.</summary>
    public TensorShape InputShape(int input) => _inputs[input].Shape;

    /// <summary>Input <paramref name="input"/> as memory, for work on several threads.</summary>
    public ReadOnlyMemory<float> InputMemory(int input) => _inputs[input].Values;

    /// <summary>Output <paramref name="output"/> as memory, for work on several threads.</summary>
    public ReadOnlyMemory<float> OutputMemory(int output) => _outputs[output].Values;

    /// <summary>Gradient of output <paramref name="output"/> as memory, for work on several threads.</summary>
    public ReadOnlyMemory<float> OutputGradientMemory(int output) => _outputs[output].Gradient;

    /// <summary>Gradient of input <paramref name="input"/> as memory, for work on several threads.</summary>
    public Memory<float> InputGradientMemory(int input) => _inputs[input].Gradient;

    /// <summary>Elements of output <paramref name="output"/> as Forward left them.</summary>
    public ReadOnlySpan<float> Output(int output) => _outputs[output].Values.Span;

    /// <summary>Shape of output <paramref name="output"/>.</summary>
    public TensorShape OutputShape(int output) => _outputs[output].Shape;

    /// <summary>Gradient of the loss with respect to output <paramref name="output"/>; empty when that output is unused.</summary>
    public ReadOnlySpan<float> OutputGradient(int output) => _outputs[output].Gradient.Span;

    /// <summary>Whether the gradient of input <paramref name="input"/> is asked for.</summary>
    public bool Wants(int input) => input < _inputs.Length && !_inputs[input].Gradient.IsEmpty;

    /// <summary>Where the gradient of input <paramref name="input"/> is added to; empty when unused.</summary>
    public Span<float> InputGradient(int input) => _inputs[input].Gradient.Span;

    /// <summary>What Forward saved.</summary>
    public ReadOnlySpan<float> Saved { get; }

    /// <summary>Whether Forward ran with Training (BatchNormalization with batch statistics) or with frozen statistics.</summary>
    public bool Training { get; }

    /// <summary>Threads to work on.</summary>
    public WorkerPool Workers { get; }
}
