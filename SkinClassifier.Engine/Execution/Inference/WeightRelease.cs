using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Inference;

/// <summary>
/// Gives weights back while a plan packs them, so that a process never holds much more than one copy. A weight that several nodes read is kept.
/// </summary>
internal sealed class WeightRelease
{
    /// <summary>A smaller weight is not worth it, bytes.</summary>
    private const long Least = 16 * 1024;

    /// <summary>A part of the weights this large, or this many bytes, may pile up before memory is collected: a collection takes milliseconds.</summary>
    private const int Collections = 12, LeastCollection = 1024 * 1024;

    /// <summary>With more managed memory in use than this, bytes, collecting takes longer than it is worth: the collector comes to it by itself.</summary>
    private const long LargeHeap = 512 * 1024 * 1024;

    private readonly Dictionary<Tensor, int> _uses = new(ReferenceEqualityComparer.Instance);
    private readonly long _most;
    private long _waiting;

    /// <summary>Counts who reads each parameter of <paramref name="graph"/>.</summary>
    public WeightRelease(Graph graph)
    {
        foreach (string input in graph.Nodes.SelectMany(n => n.Inputs))
            if (graph.Parameters.GetValueOrDefault(input) is { } parameter)
                _uses[parameter] = _uses.GetValueOrDefault(parameter) + 1;
        _most = Math.Max(LeastCollection, _uses.Keys.Sum(p => (long)p.Shape.ElementCount) * sizeof(float) / Collections);
    }

    /// <summary>Notes that a step has its own copy of <paramref name="weight"/>.</summary>
    public void Packed(Tensor weight)
    {
        long bytes = (long)weight.Shape.ElementCount * sizeof(float);
        if (weight.IsReleased || bytes < Least || _uses.GetValueOrDefault(weight) != 1)
            return;
        weight.Release();
        _waiting += bytes;
        if (_waiting >= _most)
            Collect();
    }

    /// <summary>Returns what was given back to the operating system.</summary>
    public void Collect()
    {
        if (_waiting > 0 && GC.GetTotalMemory(forceFullCollection: false) < LargeHeap)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _waiting = 0;
    }
}
