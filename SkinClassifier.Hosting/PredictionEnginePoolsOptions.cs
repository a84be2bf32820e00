using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>Settings of all models of one host.</summary>
public sealed class PredictionEnginePoolsOptions
{
    /// <summary>Size and engines of every pool; default: one single-threaded engine per processor.</summary>
    public PredictionEnginePoolOptions Pool { get; set; } = new();

    /// <summary>How often a watched file is looked at even when the file system reports nothing (network drives, container mounts); default 2 seconds, at least 10 milliseconds.</summary>
    public TimeSpan PollingInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a changed file must stay the same before it is read; default 100 milliseconds.</summary>
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>Where a named model comes from.</summary>
/// <param name="Name">Name that callers use; "" is the default model.</param>
/// <param name="Path">Path of model.zip.</param>
/// <param name="WatchForChanges">Whether a changed or replaced file is loaded while running.</param>
public sealed record ModelRegistration(string Name, string Path, bool WatchForChanges);

/// <summary>State of a named model, for health checks and pages.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Path">Path of its file.</param>
/// <param name="Loaded">Whether predictions are possible.</param>
/// <param name="Reloads">How many times another file took over since start.</param>
/// <param name="LastError">Why the newest file was not taken; null when it was.</param>
public sealed record ModelStatus(string Name, string Path, bool Loaded, int Reloads, string? LastError);
