using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Inference;

/// <summary>
/// The weights of one graph in the order that kernels read them, made once and shared by all plans of the graph while its
/// parameters stay the same. A plan made after the parameters have changed (training) starts a new set. A graph for prediction alone has one set for ever,
/// in the layout of single images.
/// </summary>
internal sealed class PackedWeights
{
    private static readonly ConditionalWeakTable<Graph, PackedWeights> _all = [];

    private readonly Dictionary<string, PinnedFloats> _packed = new(StringComparer.Ordinal);
    private readonly ulong _fingerprint;

    private PackedWeights(ulong fingerprint, bool releases) => (_fingerprint, Releases) = (fingerprint, releases);

    /// <summary>Whether the memory of a parameter is given back as soon as it is packed.</summary>
    public bool Releases { get; }

    /// <summary>How many floats are packed so far.</summary>
    public long Length
    {
        get
        {
            lock (_packed)
                return _packed.Values.Sum(p => (long)p.Length);
        }
    }

    /// <summary>The set that fits the parameters of <paramref name="graph"/> as they are now.</summary>
    public static PackedWeights Of(Graph graph)
    {
        ulong fingerprint = graph.IsForPrediction ? 0 : Fingerprint(graph);
        lock (_all)
        {
            if (!_all.TryGetValue(graph.WeightOwner, out PackedWeights? weights) || weights._fingerprint != fingerprint)
            {
                weights = new PackedWeights(fingerprint, graph.IsForPrediction);
                _all.AddOrUpdate(graph.WeightOwner, weights);
            }
            return weights;
        }
    }

    /// <summary>What is packed under <paramref name="key"/>; <paramref name="fill"/> writes it the first time into <paramref name="length"/> zeros.</summary>
    public PinnedFloats Get(string key, long length, Action<Memory<float>> fill)
    {
        lock (_packed)
        {
            if (!_packed.TryGetValue(key, out PinnedFloats? packed))
            {
                packed = new PinnedFloats(length);
                fill(packed.Memory);
                _packed.Add(key, packed);
            }
            return packed;
        }
    }

    private static ulong Fingerprint(Graph graph)
    {
        const ulong Prime = 0x9E3779B185EBCA87UL;
        ulong hash = 0;
        foreach ((string name, Tensor tensor) in graph.Parameters)
        {
            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<float, ulong>(tensor.Values);
            ulong a = Prime, b = 1, c = 2, d = (ulong)tensor.Values.Length;
            int i = 0;
            for (; i + 4 <= words.Length; i += 4)
            {
                a = ulong.RotateLeft((a ^ words[i]) * Prime, 29);
                b = ulong.RotateLeft((b ^ words[i + 1]) * Prime, 29);
                c = ulong.RotateLeft((c ^ words[i + 2]) * Prime, 29);
                d = ulong.RotateLeft((d ^ words[i + 3]) * Prime, 29);
            }
            for (; i < words.Length; i++)
                a = ulong.RotateLeft((a ^ words[i]) * Prime, 29);
            if (tensor.Values.Length % 2 == 1)
                b = (b ^ BitConverter.SingleToUInt32Bits(tensor.Values[^1])) * Prime;
            ulong one = ((a * Prime ^ b) * Prime ^ c) * Prime ^ d;
            hash ^= (one + (ulong)(uint)string.GetHashCode(name, StringComparison.Ordinal)) * Prime; // order of parameters does not matter
        }
        return hash;
    }
}
