namespace SkinClassifier.Hosting;

/// <summary>
/// What a host takes on at most, so that no caller can exhaust its memory or its processors. What is beyond a limit ends with a
/// <see cref="PredictionRejectedException"/>, as early as it can be known. Limits on single images hold for paths, bytes and streams, not for decoded images.
/// </summary>
public sealed class PredictionLimits
{
    /// <summary>Largest width · height of an image, in pixels, as its file declares it; default 25 million, at least 1.</summary>
    public long MaxPixels { get; set; } = 25_000_000;

    /// <summary>Largest encoded image (JPEG, PNG, … file) in bytes; default 32 MiB, at least 1 and at most 2,000,000,000.</summary>
    public long MaxBytes { get; set; } = 32 << 20;

    /// <summary>
    /// Pixels of all images, of all models together, that are decoded and predicted at the same time; further callers wait. Default 100 million, at least
    /// <see cref="MaxPixels"/>. Decoding takes 3 bytes per pixel, up to 12 for progressive JPEG.
    /// </summary>
    public long MaxPixelsAtOnce { get; set; } = 100_000_000;

    /// <summary>
    /// Bytes of all encoded images, of all models together, that are read from streams and kept until they are predicted; default 256 MiB, at least
    /// <see cref="MaxBytes"/>.
    /// </summary>
    public long MaxBufferedBytes { get; set; } = 256 << 20;

    /// <summary>Callers of one model that may wait (or still send their image) while all its engines are busy; default 100, at least 0.</summary>
    public int MaxWaitingCallers { get; set; } = 100;

    /// <summary>Most time to read an image from a stream; default 1 minute, more than zero.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Most time to wait for an engine and to predict, from when the image's bytes are there; default 30 seconds, more than zero.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>When a caller who was rejected for lack of room should try again; default 1 second, at least 0.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A sentence for every value out of its range.</summary>
    internal IEnumerable<string> Errors()
    {
        if (MaxPixels < 1)
            yield return $"Limits.MaxPixels: expected at least 1, received {MaxPixels}.";
        if (MaxBytes is < 1 or > 2_000_000_000)
            yield return $"Limits.MaxBytes: expected 1 to 2000000000, received {MaxBytes}.";
        if (MaxPixelsAtOnce < MaxPixels)
            yield return $"Limits.MaxPixelsAtOnce: expected at least MaxPixels ({MaxPixels}), received {MaxPixelsAtOnce}.";
        if (MaxBufferedBytes < MaxBytes)
            yield return $"Limits.MaxBufferedBytes: expected at least MaxBytes ({MaxBytes}), received {MaxBufferedBytes}.";
        if (MaxWaitingCallers < 0)
            yield return $"Limits.MaxWaitingCallers: expected at least 0, received {MaxWaitingCallers}.";
        if (ReadTimeout <= TimeSpan.Zero || ReadTimeout.TotalMilliseconds > int.MaxValue)
            yield return $"Limits.ReadTimeout: expected more than zero and at most 24 days, received {ReadTimeout}.";
        if (Timeout <= TimeSpan.Zero || Timeout.TotalMilliseconds > int.MaxValue)
            yield return $"Limits.Timeout: expected more than zero and at most 24 days, received {Timeout}.";
        if (RetryAfter < TimeSpan.Zero)
            yield return $"Limits.RetryAfter: expected zero or more, received {RetryAfter}.";
    }
}
