namespace SkinClassifier.Hosting;

/// <summary>What a file was loaded into. It is closed when it has been retired and its last user has left.</summary>
/// <param name="sha256">Hash of the file, lower-case hexadecimal.</param>
/// <param name="version">The file as it was read.</param>
internal abstract class FileLease(string sha256, FileVersion version)
{
    private int _users = 1;

    public string Sha256 => sha256;

    public FileVersion Version => version;

    /// <summary>Since when it predicts.</summary>
    public DateTimeOffset LoadedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>Enters as a user; false when it has already been closed.</summary>
    public bool TryEnter()
    {
        for (int users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        return false;
    }

    /// <summary>Leaves as a user, or retires the file when called for its owner.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Close();
    }

    protected abstract void Close();
}
