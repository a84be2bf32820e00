using System.Security.Cryptography;
using System.Text;

namespace SkinClassifier.Sharding;

/// <summary>What all parts of one run have in common. Parts of different runs are never joined.</summary>
/// <param name="Verb">The verb of the command line.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Model">SHA-256 of the model's file.</param>
/// <param name="Manifest">SHA-256 of the manifest: which images, in which order.</param>
/// <param name="Rows">Images of the whole run.</param>
/// <param name="Shards">Number of parts.</param>
/// <param name="Options">Options that change the result, in order.</param>
internal sealed record ShardRun(
    string Verb, string Version, string Model, string Manifest, long Rows, int Shards, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <summary>Parts are whole blocks of so many rows; default <see cref="Shard.Block"/>.</summary>
    public int Block { get; init; } = Shard.Block;

    /// <summary>What differs from another run, in a few words; null: it is the same run.</summary>
    public string? DifferenceTo(ShardRun other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((string name, string expected) in Facts())
            if (other.Facts().FirstOrDefault(f => f.Key == name).Value is var received && received != expected)
                return $"expected {name} {expected}, received {received ?? "none"}";
        return other.Options.Count > Options.Count ? $"expected no option {other.Options.Select(o => o.Key).Except(Options.Select(o => o.Key)).First()}" : null;
    }

    /// <summary>SHA-256 of all of it, lower case hexadecimal.</summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Facts().Select(f => $"{f.Key}={f.Value}")))));

    private IEnumerable<KeyValuePair<string, string>> Facts() =>
    [
        new("verb", Verb), new("version", Version), new("model", Model), new("manifest", Manifest), new("rows", $"{Rows}"), new("shards", $"{Shards}"),
        new("block", $"{Block}"),
        .. Options,
    ];
}
