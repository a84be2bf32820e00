namespace SkinClassifier.Hosting;

/// <summary>A number of pixels that callers take and give back; who finds too few waits, in order of arrival.</summary>
internal sealed class PixelBudget
{
    private readonly long _total;
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly Lock _gate = new();
    private long _free;

    public PixelBudget(long total) => _total = _free = total;

    /// <summary>Takes pixels; more than there are in all count as all.</summary>
    /// <exception cref="OperationCanceledException">Canceled; nothing was taken.</exception>
    public Task TakeAsync(long pixels, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        pixels = Math.Min(pixels, _total);
        Waiter waiter;
        lock (_gate)
        {
            if (_waiting.Count == 0 && pixels <= _free)
            {
                _free -= pixels;
                return Task.CompletedTask;
            }
            waiter = new Waiter(pixels);
            _waiting.AddLast(waiter);
        }
        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Gives pixels back that <see cref="TakeAsync"/> took.</summary>
    public void GiveBack(long pixels)
    {
        lock (_gate)
        {
            _free += Math.Min(pixels, _total);
            Serve();
        }
    }

    private async Task WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(_ => Cancel(waiter, cancellationToken), null))
            await waiter.Task.ConfigureAwait(false);
    }

    private void Cancel(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Not there: it has been served, and its owner gives the pixels back.
            if (!_waiting.Remove(waiter))
                return;
            waiter.SetCanceled(cancellationToken);
            Serve();
        }
    }

    private void Serve()
    {
        while (_waiting.First is { } first && first.Value.Pixels <= _free)
        {
            _waiting.RemoveFirst();
            _free -= first.Value.Pixels;
            first.Value.SetResult();
        }
    }

    private sealed class Waiter(long pixels) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Pixels => pixels;
    }
}
