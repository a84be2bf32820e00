using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Networks;

/// <summary>A fingerprint of a network: structure, attributes and every weight.</summary>
internal static class NetworkHash
{
    /// <summary>SHA-256 of <paramref name="graph"/> and <paramref name="further"/> text, lower-case hexadecimal.</summary>
    public static string Of(Graph graph, string further = "")
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Text(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        Text(further);
        foreach (GraphInput input in graph.Inputs)
            Text($"input {input.Name} {input.Shape}");
        foreach (Node node in graph.Nodes)
        {
            Text($"{node.Operator.OpType} {string.Join(',', node.Inputs)} {string.Join(',', node.Outputs)}");
            foreach ((string name, object value) in node.Operator.Attributes.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
                Text($"{name}={Value(value)}");
            foreach ((int index, object value) in node.Operator.Attributes.ConstantInputs.OrderBy(c => c.Key))
                Text($"{index}={Value(value)}");
        }
        foreach ((string name, Tensor value) in graph.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            Text($"{name} {value.Shape}");
            hash.AppendData(MemoryMarshal.AsBytes(value.Values));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Value(object value) => value switch
    {
        long[] many => string.Join(',', many),
        float[] many => string.Join(',', many.Select(f => f.ToString("R", CultureInfo.InvariantCulture))),
        float one => one.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
