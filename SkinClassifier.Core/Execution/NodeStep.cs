using SkinClassifier.Common;
using SkinClassifier.Graphs;

namespace SkinClassifier.Execution;

/// <summary>One operator on its plain loop, with its values in place.</summary>
internal sealed class NodeStep(Operator op, StepValue[] inputs, StepValue[] outputs, WorkerPool workers)
{
    /// <summary>Computes the outputs.</summary>
    public void Run() => op.Forward(new ForwardStep(inputs, outputs, workers: workers));
}
