using System.Security.Cryptography;
using System.Text;

namespace SkinClassifier.Server.Security;

/// <summary>The secret that callers must know. Only its hash is kept, and comparing takes the same time whatever is sent.</summary>
internal sealed class ApiKey
{
    /// <summary>Minimum length of a key, in characters.</summary>
    public const int MinLength = 16;

    private readonly byte[] _hash;

    /// <summary>Keeps the hash of a key that <see cref="Problem"/> accepts.</summary>
    public ApiKey(string key) => _hash = Hash(key);

    /// <summary>What is wrong with a key, as a sentence; null: nothing.</summary>
    public static string? Problem(string key) =>
        key.Length < MinLength ? $"expected a key of at least {MinLength} characters, received {key.Length}. For example: openssl rand -hex 32"
        : key.Any(c => c is <= ' ' or > '~') ? "expected a key of visible ASCII characters, received others. For example: openssl rand -hex 32"
        : null;

    /// <summary>Whether <paramref name="sent"/> is the key.</summary>
    public bool Is(string sent) => CryptographicOperations.FixedTimeEquals(_hash, Hash(sent));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
