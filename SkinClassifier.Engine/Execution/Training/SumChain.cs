using System.Runtime.InteropServices;
using SkinClassifier.Common;
using SkinClassifier.Execution.Training.Steps;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// Sums over the images of a batch that several processes share. In one process a sum is a chain of additions, slice after slice. Here the chain goes from
/// process to process: each goes on where the one before it stopped, so all bits are those of one process. The last has the sum and gives it to all.
/// </summary>
/// <param name="group">The processes.</param>
/// <param name="workers">Threads.</param>
internal sealed class SumChain(IProcessGroup group, WorkerPool workers)
{
    private const int Gradients = 0, Statistics = 1;

    private readonly Queue<TrainingStep> _waiting = new();
    private readonly List<TrainingStep> _sent = [];

    /// <summary>The processes.</summary>
    public IProcessGroup Group => group;

    private int Last => group.Size - 1;

    /// <summary>
    /// Goes through a chain at once: <paramref name="goOn"/> adds this process's slices to <paramref name="sums"/>, which then are those of all.
    /// </summary>
    public void Run(Span<double> sums, Action goOn)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(sums);
        if (group.Rank > 0)
            group.TryReceive(group.Rank - 1, Statistics, bytes, wait: true);
        else
            sums.Clear();
        goOn();
        if (group.Rank < Last)
        {
            group.Send(group.Rank + 1, Statistics, bytes);
            group.TryReceive(Last, Statistics, bytes, wait: true);
        }
        else
            for (int rank = 0; rank < Last; rank++)
                group.Send(rank, Statistics, bytes);
    }

    /// <summary>
    /// Takes the gradients of a step whose backward part just ran. They go on as soon as those of the process before have arrived; meanwhile the backward
    /// pass continues.
    /// </summary>
    public void Add(TrainingStep step)
    {
        if (step.Sums is null)
            return;
        _waiting.Enqueue(step);
        Advance(wait: false);
    }

    /// <summary>Waits for the gradients of all steps and adds them to those of the parameters.</summary>
    public void Finish()
    {
        Advance(wait: true);
        group.FinishBroadcasts();
        foreach (TrainingStep step in _sent)
            step.FinishSums();
        _sent.Clear();
    }

    private void Advance(bool wait)
    {
        while (_waiting.TryPeek(out TrainingStep? step))
        {
            SliceSums sums = step.Sums!;
            Span<byte> bytes = MemoryMarshal.AsBytes(sums.Values.Span);
            if (group.Rank == 0)
                step.BeginSums();
            else if (!group.TryReceive(group.Rank - 1, Gradients, bytes, wait))
                return;
            sums.AddSlices(workers);
            if (group.Rank < Last)
                group.Send(group.Rank + 1, Gradients, bytes);
            group.StartBroadcast(Last, sums.Values);
            _sent.Add(_waiting.Dequeue());
        }
    }
}
