using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Trainers;

/// <summary>One fold of a cross-validation.</summary>
/// <param name="Fold">1-based.</param>
/// <param name="TrainingImages">Images of the other folds; a part of them chose the epoch.</param>
/// <param name="Model">The model that has not seen the fold's images.</param>
/// <param name="Evaluation">What it reaches on them.</param>
public sealed record CrossValidationFold(int Fold, int TrainingImages, ImageClassificationModel Model, ModelEvaluation Evaluation)
{
    /// <summary>The fold's metrics.</summary>
    public ImageClassificationMetrics Metrics => Evaluation.Metrics;
}
