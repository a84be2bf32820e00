using SkinClassifier.Imaging;
using SkinClassifier.Metrics;

namespace SkinClassifier.Models;

/// <summary>How a model is measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Threads, 0 to 1024; default 0: all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Seed of the bootstrap behind the confidence intervals; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Views per image whose probabilities are averaged: 1, 2, 4, or 8 for a square input; default null: the model's own number,
    /// <see cref="ModelManifest.TestTimeAugmentation"/>.
    /// </summary>
    public int? TestTimeAugmentation { get; init; }

    /// <summary>Predicts the classes in place of the model's own rule. Default null: the model's, <see cref="ImageClassificationModel.Decision"/>.</summary>
    public DecisionRule? Decision { get; init; }

    /// <summary>Whether the model's policy is measured, too; default true.</summary>
    public bool UsePolicy { get; init; } = true;

    /// <summary>Limits while decoding images; default <see cref="DecoderOptions.Default"/>.</summary>
    public DecoderOptions Decoder { get; init; } = DecoderOptions.Default;

    /// <summary>Called with (images done, images in all) from time to time.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>Stops the evaluation with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }
}
