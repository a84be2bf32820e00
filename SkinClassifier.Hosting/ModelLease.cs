using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>A loaded file: what it is, and its pool, which is disposed when it has been retired and its last user has left.</summary>
/// <param name="pool">The engines.</param>
/// <param name="sha256">Hash of the zip, lower-case hexadecimal.</param>
/// <param name="version">The file as it was read.</param>
/// <param name="loadedAt">Since when it predicts.</param>
internal sealed class ModelLease(PredictionEnginePool pool, string sha256, FileVersion version, DateTimeOffset loadedAt)
{
    private int _users = 1;

    public PredictionEnginePool Pool => pool;

    public string Sha256 => sha256;

    public FileVersion Version => version;

    public DateTimeOffset LoadedAt => loadedAt;

    /// <summary>Enters as a user; false when the pool has already been disposed.</summary>
    public bool TryEnter()
    {
        for (int users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        return false;
    }

    /// <summary>Leaves as a user, or retires the pool when called for its owner.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            pool.Dispose();
    }
}
