using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>A pool that is disposed when it has been retired and its last user has left.</summary>
internal sealed class ModelLease(PredictionEnginePool pool)
{
    private int _users = 1;

    public PredictionEnginePool Pool => pool;

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
