using System.Diagnostics;

namespace SkinClassifier.Hosting;

/// <summary>
/// One caller's way through a <see cref="PredictionQueue"/>: reading, waiting for an engine and for pixels, predicting; each within its time. Disposing it
/// gives everything back and records what happened.
/// </summary>
internal sealed class PredictionCall : IDisposable
{
    private readonly PredictionQueue _queue;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _limit;
    private readonly Activity? _activity;
    private readonly long _start = Stopwatch.GetTimestamp();
    private Exception? _error;
    private bool _isQueued = true, _hasEngine, _isRead;
    private long _pixels;

    public PredictionCall(PredictionQueue queue, CancellationToken cancellationToken)
    {
        (_queue, _caller) = (queue, cancellationToken);
        _limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _activity = HostingTelemetry.StartPrediction(queue.Model);
    }

    /// <summary>Canceled when the caller leaves or the time is over.</summary>
    public CancellationToken Token => _limit.Token;

    /// <summary>Reads an image within its time.</summary>
    public Task<EncodedImage> ReadAsync(Stream stream)
    {
        _limit.CancelAfter(_queue.Limits.ReadTimeout);
        return EncodedImage.ReadAsync(stream, _queue.Limits, _queue.Bytes, Token);
    }

    /// <summary>Waits for an engine, then until <paramref name="pixels"/> may be decoded.</summary>
    public async Task WaitAsync(long pixels)
    {
        long start = BeginWaiting();
        await _queue.WaitAsync(Token).ConfigureAwait(false);
        _hasEngine = true;
        await _queue.Pixels.TakeAsync(pixels, Token).ConfigureAwait(false);
        EndWaiting(pixels, start);
    }

    /// <inheritdoc cref="WaitAsync"/>
    public void Wait(long pixels)
    {
        long start = BeginWaiting();
        _queue.Wait(Token);
        _hasEngine = true;
        _queue.Pixels.TakeAsync(pixels, Token).GetAwaiter().GetResult();
        EndWaiting(pixels, start);
    }

    /// <summary>Notes why the call failed; gives the exception that takes its place when the host's time limit ended it.</summary>
    public PredictionRejectedException? Fail(Exception error)
    {
        bool isLate = error is OperationCanceledException && _limit.IsCancellationRequested && !_caller.IsCancellationRequested;
        PredictionRejectedException? rejection = isLate ? Late() : null;
        _error = rejection ?? error;
        return rejection;
    }

    /// <summary>Ends a call that was never let in.</summary>
    public void Reject(PredictionRejectedException error)
    {
        _limit.Dispose();
        _queue.Telemetry.Predicted(_queue.Model, Stopwatch.GetElapsedTime(_start), error, _activity);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Pixels.GiveBack(_pixels);
        if (_hasEngine)
            _queue.Release();
        if (_isQueued)
            _queue.Telemetry.Queued(_queue.Model, -1);
        else
            _queue.Telemetry.Ended(_queue.Model);
        _queue.Leave();
        _limit.Dispose();
        _queue.Telemetry.Predicted(_queue.Model, Stopwatch.GetElapsedTime(_start), _error, _activity);
    }

    private PredictionRejectedException Late()
    {
        PredictionLimits limits = _queue.Limits;
        string model = $"Model \"{_queue.Model}\"";
        return _isRead
            ? new(PredictionRejection.TimedOut,
                $"{model}: expected a prediction within {limits.Timeout.TotalSeconds} s, received none. Try again later.", limits.RetryAfter)
            : new(PredictionRejection.ReadTimedOut,
                $"{model}: expected the whole image within {limits.ReadTimeout.TotalSeconds} s, received a part. "
                + "Send it faster, or a smaller one.");
    }

    private long BeginWaiting()
    {
        _isRead = true;
        _limit.CancelAfter(_queue.Limits.Timeout);
        return Stopwatch.GetTimestamp();
    }

    private void EndWaiting(long pixels, long start)
    {
        _pixels = pixels;
        _isQueued = false;
        _queue.Telemetry.Queued(_queue.Model, -1);
        _queue.Telemetry.Started(_queue.Model, Stopwatch.GetElapsedTime(start));
    }
}
