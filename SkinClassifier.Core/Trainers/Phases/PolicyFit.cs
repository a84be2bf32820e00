using System.Numerics.Tensors;
using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Phases;

/// <summary>
/// Fits a model's policy on the images that chose its epoch and temperature: the validation set as the finished model scores it, or the training images, each
/// by a head that had not seen it; both together where only a head trains and the validation set has few images of a class (<see cref="CalibrationHeads"/>).
/// </summary>
internal static class PolicyFit
{
    /// <summary>The policy; null where none is wanted or there are too few images.</summary>
    /// <param name="run">The run.</param>
    /// <param name="chosen">Logits and classes of the images that chose the epoch.</param>
    /// <param name="views">Views of each of them.</param>
    /// <param name="temperature">The model's temperature.</param>
    /// <param name="decision">Its decision rule.</param>
    /// <param name="folds">What chose in place of a validation set, or null.</param>
    /// <param name="added">Training images, each by a head that had not seen it, raw scores; null: there are none.</param>
    public static PredictionPolicy? Fit(RunSetup run, ScoredImages chosen, int views, double temperature, DecisionRule decision, HeadCrossValidation? folds,
        ScoredImages? added)
    {
        if (run.Options.Policy is not { } options)
            return null;
        string parts = folds is null ? "validation set" : $"{HeadCrossValidation.Folds}-fold cross-validation";
        float[] scores = TemperatureFit.Apply(chosen.Scores, run.Classes, views, temperature);
        List<string?> groups = [.. Groups(folds is null ? run.Validation : run.Train, chosen)];
        int[] actual = chosen.Labels;
        if (added is { } more)
        {
            float[] logits = new float[more.Labels.Length * run.Classes];
            run.HeadSettings.Loss.ToLogits(more.Scores, run.Classes, logits);
            scores = [.. scores, .. TemperatureFit.Apply(logits, run.Classes, 1, temperature)];
            actual = [.. actual, .. more.Labels];
            groups.AddRange(Groups(run.Train, more));
            parts = $"{parts} and {more.Labels.Length} training images that a head had not seen";
        }
        if (!TensorPrimitives.IsFiniteAll<float>(scores))
        {
            run.Reporter.Warn("", "policy: scores are not finite; the model gets none.");
            return null;
        }
        string calibratedOn = $"{parts}, {actual.Length} images";
        CalibrationImages images = CalibrationImages.Of([.. run.Train.Labels], scores, actual, decision, groups.Any(g => g is not null) ? groups : null);
        PredictionPolicy? policy = PredictionPolicy.Fit(images, options, calibratedOn, text => run.Reporter.Warn("", text));
        if (policy is not null)
            run.Reporter.Report($"policy: {policy}");
        return policy;
    }

    private static IEnumerable<string?> Groups(ImageDataset data, ScoredImages scored) => scored.Images.Select(i => data.Examples[i].Group);
}
