using System.Globalization;

namespace SkinClassifier.Hosting;

/// <summary>State of a named model, for health checks and pages: exactly what predicts now, since when, and why a newer file does not.</summary>
public sealed record ModelStatus
{
    /// <summary>Name that callers use; "" is the default model.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Whether predictions are possible.</summary>
    public bool Loaded { get; init; }

    /// <summary>SHA-256 of the zip that predicts now, lower-case hexadecimal; null before one is loaded.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Name of the model: its network, for example "mobilenet_v2", or the ONNX file that it came from; null before one is loaded.</summary>
    public string? Model { get; init; }

    /// <summary>Class names in the order of the scores; empty before a model is loaded.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>
    /// When the model was trained: always "unknown", because a model.zip holds no clock times, so that the same training gives the same bytes. See
    /// <see cref="FileWrittenAt"/>.
    /// </summary>
    public string TrainedAt { get; init; } = "unknown";

    /// <summary>When the file that predicts now was last written; null before one is loaded.</summary>
    public DateTimeOffset? FileWrittenAt { get; init; }

    /// <summary>Since when this file predicts; null before one is loaded.</summary>
    public DateTimeOffset? LoadedAt { get; init; }

    /// <summary>How many times another file took over since start.</summary>
    public int Reloads { get; init; }

    /// <summary>Why the newest file was not taken; null when it was.</summary>
    public string? LastError { get; init; }

    /// <summary>When the newest file was first refused; null when it was taken.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>Callers who wait for an engine, or still send their image.</summary>
    public int WaitingCallers { get; init; }

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        string state = !Loaded ? "not loaded" : string.Create(CultureInfo.InvariantCulture,
            $"{Model}, {Classes.Count} classes, SHA-256 {Sha256}, trained: {TrainedAt} (file written {FileWrittenAt:u}), loaded {LoadedAt:u}, "
            + $"{Reloads} reloads");
        return LastError is null ? state : string.Create(CultureInfo.InvariantCulture, $"{state}; newer file refused at {LastErrorAt:u}: {LastError}");
    }
}
