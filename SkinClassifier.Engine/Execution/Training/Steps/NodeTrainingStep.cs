using SkinClassifier.Common;
using SkinClassifier.Graphs;

namespace SkinClassifier.Execution.Training.Steps;

/// <summary>A node run by its operator's own loops.</summary>
internal sealed class NodeTrainingStep(Node node, int nodeIndex, StepValue[] inputs, StepValue[] outputs, bool needsBackward, PlanOptions options)
    : TrainingStep
{
    private readonly float[] _saved = new float[node.Operator.SavedLength([.. inputs.Select(i => i.Shape)])];
    private readonly SeededRandom _random = new(options.Seed);
    private readonly bool _training = node.Operator.OpType != "BatchNormalization" || options.UsesBatchStatistics(node);
    private readonly WorkerPool _workers = options.Workers ?? WorkerPool.Shared;

    public override bool NeedsBackward => needsBackward;

    /// <summary>What runs.</summary>
    public Node Node => node;

    /// <summary>The node's inputs in order.</summary>
    public IReadOnlyList<StepValue> Inputs => inputs;

    /// <summary>The node's outputs in order.</summary>
    public IReadOnlyList<StepValue> Outputs => outputs;

    /// <summary>What the forward pass left for the backward pass.</summary>
    public ReadOnlySpan<float> Saved => _saved;

    /// <summary>Whether the operator runs in its training mode.</summary>
    public bool Training => _training;

    public override void Forward(long iteration)
    {
        _random.Restart(options.Seed, (ulong)iteration, (ulong)nodeIndex);
        node.Operator.Forward(new ForwardStep(inputs, outputs, _saved, _training, _random, _workers));
    }

    public override void Backward() => node.Operator.Backward(new BackwardStep(inputs, outputs, _saved, _training, _workers));
}
