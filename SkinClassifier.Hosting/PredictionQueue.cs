namespace SkinClassifier.Hosting;

/// <summary>
/// The callers of one model name: as many as there are engines predict, a bounded number waits, more are refused at once. It outlives the model's files,
/// so that during an exchange old and new engines together are not more than allowed, and who still waits gets the new model.
/// </summary>
internal sealed class PredictionQueue(string model, int engines, PredictionLimits limits, PixelBudget pixels, ByteBudget bytes, HostingTelemetry telemetry)
{
    private readonly SemaphoreSlim _engines = new(engines);
    private int _callers;

    /// <summary>Name of the model.</summary>
    public string Model => model;

    public PredictionLimits Limits => limits;

    public PixelBudget Pixels => pixels;

    public ByteBudget Bytes => bytes;

    public HostingTelemetry Telemetry => telemetry;

    /// <summary>Who waits for one of the engines, or still sends an image.</summary>
    public int Waiting => Math.Max(0, Volatile.Read(ref _callers) - (engines - _engines.CurrentCount));

    /// <summary>Lets a caller in.</summary>
    /// <exception cref="PredictionRejectedException">Too many wait.</exception>
    public PredictionCall Enter(CancellationToken cancellationToken)
    {
        PredictionCall call = new(this, cancellationToken);
        if (Interlocked.Increment(ref _callers) <= (long)engines + limits.MaxWaitingCallers)
        {
            telemetry.Queued(model, 1);
            return call;
        }
        Interlocked.Decrement(ref _callers);
        PredictionRejectedException full = new(PredictionRejection.QueueFull,
            $"Model \"{model}\": expected at most {limits.MaxWaitingCallers} waiting callers, received one more. Try again later.", limits.RetryAfter);
        call.Reject(full);
        throw full;
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _engines.WaitAsync(cancellationToken);

    public void Wait(CancellationToken cancellationToken) => _engines.Wait(cancellationToken);

    public void Release() => _engines.Release();

    public void Leave() => Interlocked.Decrement(ref _callers);
}
