using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace SkinClassifier.Server.Security;

/// <summary>Browsers that have signed in: random names in memory, none on disk; a restart signs all out.</summary>
internal sealed class SignInSessions(TimeProvider clock)
{
    /// <summary>How long a browser stays signed in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>Most sessions at a time; the oldest goes first.</summary>
    public const int MaxSessions = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _endOf = new(StringComparer.Ordinal);

    /// <summary>Begins a session and gives its name, 256 random bits.</summary>
    public string Begin()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach ((string name, DateTimeOffset end) in _endOf)
            if (end <= now)
                _endOf.TryRemove(name, out _);
        while (_endOf.Count >= MaxSessions && _endOf.MinBy(s => s.Value) is { Key: { } oldest })
            _endOf.TryRemove(oldest, out _);
        string session = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _endOf[session] = now + Lifetime;
        return session;
    }

    /// <summary>Whether a session has begun and not ended.</summary>
    public bool IsOpen(string session) => _endOf.TryGetValue(session, out DateTimeOffset end) && end > clock.GetUtcNow();

    /// <summary>Ends a session.</summary>
    public void End(string session) => _endOf.TryRemove(session, out _);
}
