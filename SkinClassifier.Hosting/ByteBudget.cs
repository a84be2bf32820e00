namespace SkinClassifier.Hosting;

/// <summary>A number of bytes that callers take and give back; who finds too few is refused.</summary>
internal sealed class ByteBudget(long total)
{
    private long _used;

    /// <summary>Bytes that are taken now.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes bytes; false, and nothing taken, when there are too few.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= total)
            return true;
        GiveBack(bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _used, -bytes);
}
