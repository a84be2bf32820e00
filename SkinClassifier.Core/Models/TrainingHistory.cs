namespace SkinClassifier.Models;

/// <summary>One epoch of training.</summary>
/// <param name="Epoch">1-based, counted within its phase.</param>
/// <param name="Phase">"head" (frozen features), "fine-tune" or "scratch".</param>
/// <param name="TrainLoss">Mean loss over the training images while they were trained.</param>
/// <param name="TrainAccuracy">Share of correct answers while training, 0 to 1.</param>
/// <param name="ValidationLoss">Mean loss on the validation set after the epoch; null without one, and while the images of fine-tuning grow.</param>
/// <param name="ValidationAccuracy">Share of correct answers on the validation set, 0 to 1; null where its loss is.</param>
/// <param name="LearningRate">Learning rate at the end of the epoch.</param>
/// <param name="Seconds">Duration of the epoch, validation included.</param>
public sealed record TrainingEpoch(
    int Epoch, string Phase, double TrainLoss, double TrainAccuracy, double? ValidationLoss, double? ValidationAccuracy, double LearningRate, double Seconds);

/// <summary>All epochs of a training in order, all phases one after the other.</summary>
/// <param name="Epochs">The epochs.</param>
/// <param name="BestPhase">Phase of the epoch whose weights the model has; null when none was finished.</param>
/// <param name="BestEpoch">Epoch, within its phase, whose weights the model has; null when none was finished.</param>
public sealed record TrainingHistory(IReadOnlyList<TrainingEpoch> Epochs, string? BestPhase = null, int? BestEpoch = null)
{
    /// <summary>No epochs.</summary>
    public static TrainingHistory Empty { get; } = new([]);
}
