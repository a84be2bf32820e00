using SkinClassifier.Common;
using SkinClassifier.Graphs;

namespace SkinClassifier.Execution;

/// <summary>How BatchNormalization behaves while training.</summary>
public enum BatchNormalizationMode
{
    /// <summary>Normalizes with the statistics of the batch and updates the running ones.</summary>
    Training,

    /// <summary>Normalizes with the running statistics and leaves them as they are (small batches, fine-tuning).</summary>
    Frozen,
}

/// <summary>What a plan may do. The defaults suit prediction and training on all processors.</summary>
public sealed record PlanOptions
{
    /// <summary>Threads to work on. Default null: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Workers { get; init; }

    /// <summary>
    /// True keeps every product of a convolution as it is written; false (default) allows algebraic shortcuts (Winograd) that change results by about
    /// 1e-5 relative.
    /// </summary>
    public bool StrictPrecision { get; init; }

    /// <summary>Seed of everything random in training (Dropout). Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// How BatchNormalization behaves while training; prediction always uses running statistics. Default
    /// <see cref="BatchNormalizationMode.Training"/>.
    /// </summary>
    public BatchNormalizationMode BatchNormalization { get; init; } = BatchNormalizationMode.Training;

    /// <summary>
    /// Training: true keeps between forward and backward pass only the values at some borders of the network and computes those in between again when
    /// the backward pass comes to them. A step takes about a third longer in a third to a half of the memory of its activations, and changes the same
    /// bits as without; where nothing can be saved, nothing is computed again. Default false: every value that the backward pass reads is kept, as long as
    /// they take less than half of the memory that the process may use; else the widening convolutions of few channels are computed again, and if that is
    /// not enough, as with true.
    /// Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016.
    /// </summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Training: bytes that values may take before some are computed again. Default null: half of the memory that the process may use.</summary>
    internal long? ActivationBytes { get; init; }

    /// <summary>Which parameters train, by parameter name. Default null: all that can.</summary>
    public Func<string, bool>? IsTrainable { get; init; }

    /// <summary>
    /// Training: true also computes the gradient with respect to the input (<see cref="TrainingPlan.InputGradient"/>), whether or not a parameter trains.
    /// Default false.
    /// </summary>
    internal bool InputGradient { get; init; }

    /// <summary>
    /// Which layers of BatchNormalization use their running statistics although the others use those of the batch, by the name of their scale. Default
    /// null: none.
    /// </summary>
    internal Func<string, bool>? KeepsStatistics { get; init; }

    /// <summary>
    /// Training: the processes that share each batch, every one with as many of its images; null (default): this one alone. The plan's shapes are those of the
    /// whole batch, and its bits those of one process.
    /// </summary>
    internal IProcessGroup? Group { get; init; }

    /// <summary>Place of the graph's first node in the network that it is a part of; seeds Dropout.</summary>
    internal int FirstNode { get; init; }

    /// <summary>Whether a node of BatchNormalization uses the statistics of the batch in training.</summary>
    internal bool UsesBatchStatistics(Node node) =>
        BatchNormalization == BatchNormalizationMode.Training && KeepsStatistics?.Invoke(node.Inputs[1]) != true;
}
