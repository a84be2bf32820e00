using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Trainers.Loop;

/// <summary>How one phase trains; all choices made.</summary>
internal sealed record PhaseSettings
{
    /// <summary>"head", "fine-tune" or "scratch".</summary>
    public required string Phase { get; init; }

    /// <summary>Planned epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>The loss to minimize.</summary>
    public required Loss Loss { get; init; }

    /// <summary>Loss weight of each class, or empty.</summary>
    public float[] ClassWeights { get; init; } = [];

    /// <summary>The rule of the steps.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Momentum of SGD and RMSprop.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Nesterov's form of momentum (SGD).</summary>
    public bool Nesterov { get; init; }

    /// <summary>Base learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How the rate changes.</summary>
    public required LearningRateSchedule Scheduler { get; init; }

    /// <summary>Weight decay of tensors with two or more axes; biases and normalization scales have none.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Longest gradient (over all tensors together); 0: no limit.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Batches per step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Epochs at the end whose final weights are averaged; 0: none.</summary>
    public int SwaEpochs { get; init; }

    /// <summary>Constant rate of those epochs; null: the schedule goes on.</summary>
    public double? SwaLearningRate { get; init; }

    /// <summary>A teacher beside the labels; null: none.</summary>
    public Distillation? Distillation { get; init; }

    /// <summary>Decay of the moving average of the weights; 0: none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>Mixes the images of each batch; null: not.</summary>
    public BatchMixer? Mixer { get; init; }

    /// <summary>Factor of the learning rate of a parameter, by name and epochs done (with a fraction); null: 1.</summary>
    public Func<string, double, double>? RateScale { get; init; }

    /// <summary>When to stop; null: never before the last epoch.</summary>
    public EarlyStopping? EarlyStopping { get; init; }
}
