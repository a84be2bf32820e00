namespace SkinClassifier.Hosting;

/// <summary>Which of the <see cref="PredictionLimits"/> a prediction would have exceeded.</summary>
public enum PredictionRejection
{
    /// <summary><see cref="PredictionLimits.MaxWaitingCallers"/>: too many callers wait. HTTP: 429.</summary>
    QueueFull,

    /// <summary><see cref="PredictionLimits.MaxBufferedBytes"/>: too many bytes are kept for callers who wait. HTTP: 429.</summary>
    BuffersFull,

    /// <summary><see cref="PredictionLimits.Timeout"/>: no answer in time. HTTP: 503.</summary>
    TimedOut,

    /// <summary><see cref="PredictionLimits.ReadTimeout"/>: the image did not arrive in time. HTTP: 408.</summary>
    ReadTimedOut,

    /// <summary><see cref="PredictionLimits.MaxBytes"/>: the file is too large. HTTP: 413.</summary>
    TooManyBytes,

    /// <summary><see cref="PredictionLimits.MaxPixels"/>: the image is too large. HTTP: 413.</summary>
    TooManyPixels,
}

/// <summary>
/// A prediction was refused or ended because of one of the host's <see cref="PredictionLimits"/>; nothing is wrong with the model or with the caller's
/// code.
/// </summary>
public sealed class PredictionRejectedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">The limit.</param>
    /// <param name="message">A text of the form "where: expected X, received Y. What to do."</param>
    /// <param name="retryAfter">When to try again; null where trying again cannot help.</param>
    public PredictionRejectedException(PredictionRejection reason, string message, TimeSpan? retryAfter = null) : base(message)
        => (Reason, RetryAfter) = (reason, retryAfter);

    /// <summary>The limit.</summary>
    public PredictionRejection Reason { get; }

    /// <summary>When to try again, for the header Retry-After; null where trying again cannot help.</summary>
    public TimeSpan? RetryAfter { get; }
}
