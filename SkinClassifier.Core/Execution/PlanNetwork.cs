using SkinClassifier.Common;
using SkinClassifier.Execution.Steps;

namespace SkinClassifier.Execution;

/// <summary>Steps with all buffers in place.</summary>
internal sealed unsafe class PlanNetwork(PlanStep[] steps, PlanBuffer input, bool copiesInput, PlanBuffer output, PinnedFloats arena)
{
    /// <summary>The steps in running order.</summary>
    public IReadOnlyList<PlanStep> Steps => steps;

    /// <summary>Floats of all activations together, after reuse.</summary>
    public long ArenaLength => arena.Length;

    /// <summary>Runs <paramref name="images"/> pictures from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public void Run(int images, float* from, int inputLength, float* to, int outputLength, WorkerPool workers)
    {
        if (copiesInput)
            new ReadOnlySpan<float>(from, inputLength).CopyTo(new Span<float>(input.Pointer, inputLength));
        else
            input.Pointer = from;
        foreach (PlanStep step in steps)
            step.Run(images, workers);
        new ReadOnlySpan<float>(output.Pointer, outputLength).CopyTo(new Span<float>(to, outputLength));
    }
}
