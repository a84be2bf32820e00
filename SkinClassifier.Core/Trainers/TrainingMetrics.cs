using System.Globalization;

namespace SkinClassifier.Trainers;

/// <summary>What a report of the trainer is about.</summary>
public enum TrainingMetricsKind
{
    /// <summary>A sentence: what was chosen and why.</summary>
    Message,

    /// <summary>A sentence about something that went wrong without stopping the run.</summary>
    Warning,

    /// <summary>Where a long piece of work stands: features, or steps of an epoch. At most about two a second.</summary>
    Progress,

    /// <summary>An epoch is finished.</summary>
    Epoch,
}

/// <summary>A report of <see cref="ImageClassificationTrainer"/> while it works.</summary>
public sealed class TrainingMetrics
{
    /// <summary>What it is about.</summary>
    public required TrainingMetricsKind Kind { get; init; }

    /// <summary>"features", "teacher", "head", "fine-tune", "scratch" or "familiarity"; empty for sentences about the whole run.</summary>
    public string Phase { get; init; } = "";

    /// <summary>The sentence of a message or warning.</summary>
    public string Text { get; init; } = "";

    /// <summary>1-based epoch of the phase; 0 when there are none.</summary>
    public int Epoch { get; init; }

    /// <summary>Planned epochs of the phase.</summary>
    public int Epochs { get; init; }

    /// <summary>Images done in this epoch or of the features.</summary>
    public int Done { get; init; }

    /// <summary>Images of this epoch or of the features.</summary>
    public int Total { get; init; }

    /// <summary>Mean loss of this epoch so far.</summary>
    public double? TrainLoss { get; init; }

    /// <summary>Share of correct answers of this epoch so far, 0 to 1.</summary>
    public double? TrainAccuracy { get; init; }

    /// <summary>Loss on the validation set after the epoch; null without one, and while the images of fine-tuning grow.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Share of correct answers on the validation set, 0 to 1.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Mean recall of the classes on the validation set, 0 to 1.</summary>
    public double? ValidationMacroAccuracy { get; init; }

    /// <summary>The metric that chooses the best epoch (<see cref="EarlyStopping.Metric"/>).</summary>
    public double? Watched { get; init; }

    /// <summary>Whether this epoch is the best so far.</summary>
    public bool IsBest { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Images per second.</summary>
    public double? ImagesPerSecond { get; init; }

    /// <summary>Expected time until this phase ends.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Duration of the epoch in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        switch (Kind)
        {
            case TrainingMetricsKind.Message:
                return Text;
            case TrainingMetricsKind.Warning:
                return "Warning: " + Text;
        }
        List<string> splits = [Epoch > 0 ? $"{Phase} epoch {Epoch}/{Epochs}" : Phase];
        if (Kind == TrainingMetricsKind.Progress)
            splits.Add($"{Done}/{Total} images");
        if (TrainLoss is { } loss)
            splits.Add(string.Create(invariant, $"loss {loss:0.0000}"));
        if (TrainAccuracy is { } accuracy)
            splits.Add(string.Create(invariant, $"accuracy {accuracy:0.000}"));
        if (ValidationLoss is { } validationLoss)
            splits.Add(string.Create(invariant, $"validation loss {validationLoss:0.0000}, accuracy {ValidationAccuracy:0.000}, macro "
                + $"{ValidationMacroAccuracy:0.000}"
                + $"{(Watched is { } watched && watched != validationLoss ? $", watched {watched.ToString("0.0000", invariant)}" : "")}"
                + $"{(IsBest ? " (best)" : "")}"));
        if (LearningRate is { } rate)
            splits.Add(string.Create(invariant, $"rate {rate:0.00e0}"));
        if (ImagesPerSecond is { } speed)
            splits.Add(string.Create(invariant, $"{speed:0} images/s"));
        if (Remaining is { } remaining)
            splits.Add($"{(int)remaining.TotalMinutes}:{remaining.Seconds:00} left");
        if (Seconds is { } seconds)
            splits.Add(string.Create(invariant, $"{seconds:0.0} s"));
        return string.Join(", ", splits);
    }
}
