using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Trainers.Selection;

/// <summary>One fold of a cross-validation.</summary>
/// <param name="Fold">1-based.</param>
/// <param name="TrainingPictures">Pictures of the other folds; a part of them chose the epoch.</param>
/// <param name="Model">The model that has not seen the fold's pictures.</param>
/// <param name="Evaluation">What it reaches on them.</param>
public sealed record CrossValidationFold(int Fold, int TrainingPictures, ImageClassificationModel Model, ModelEvaluation Evaluation)
{
    /// <summary>The fold's figures.</summary>
    public MulticlassClassificationMetrics Metrics => Evaluation.Metrics;
}
