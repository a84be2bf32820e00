using System.Globalization;
using SkinClassifier.Metrics;
using SkinClassifier.Trainers.Losses;

namespace SkinClassifier.Trainers;

/// <summary>Finds all errors of trainer options at once.</summary>
internal static class TrainerOptionsCheck
{
    /// <summary>Throws when any option is out of its range; the text lists every error.</summary>
    /// <exception cref="ArgumentException">At least one option is out of its range.</exception>
    public static void Check(ImageClassificationTrainerOptions o)
    {
        List<string> errors = [];
        void Expect(bool good, string name, string expected, IFormattable? received)
        {
            if (!good)
                errors.Add($"{name}: expected {expected}, received {received?.ToString(null, CultureInfo.InvariantCulture) ?? "nothing"}");
        }
        void ExpectText(bool good, string name, string expected, string? received)
        {
            if (!good)
                errors.Add($"{name}: expected {expected}, received {received ?? "nothing"}");
        }
        ExpectText(o.Arch is not null, nameof(o.Arch), "an architecture", null);
        ExpectText(o.WeightsPath is null || o.Pretrained is null, nameof(o.WeightsPath), "none when Pretrained is given", o.WeightsPath);
        ExpectText(o.WeightsPath is null || File.Exists(o.WeightsPath), nameof(o.WeightsPath), "an existing ONNX file", o.WeightsPath);
        Expect(o.WidthMultiplier is >= 0.1 and <= 4, nameof(o.WidthMultiplier), "0.1 to 4", o.WidthMultiplier);
        Expect(o.ImageSize is null or (>= 16 and <= 2048), nameof(o.ImageSize), "16 to 2048 pixels", o.ImageSize);
        ExpectText(Enum.IsDefined(o.Resize), nameof(o.Resize), "crop, stretch or pad", o.Resize.ToString());
        ExpectText(Enum.IsDefined(o.Filter), nameof(o.Filter), "nearest, triangle or cubic", o.Filter.ToString());
        ExpectText(o.HiddenUnits is not null && o.HiddenUnits.All(u => u is >= 1 and <= 65536), nameof(o.HiddenUnits), "widths of 1 to 65536", o.HiddenUnits is null ? null : string.Join(", ", o.HiddenUnits));
        Expect(o.Dropout is null or (>= 0 and < 1), nameof(o.Dropout), "0 to below 1", o.Dropout);
        Expect(o.Epoch is null or (>= 1 and <= 100_000) || (o.Epoch == 0 && o.FineTuneEpoch > 0), nameof(o.Epoch), "1 to 100000, or 0 with FineTuneEpoch", o.Epoch);
        ExpectText(Enum.IsDefined(o.Pooling), nameof(o.Pooling), "average, max or both", o.Pooling.ToString());
        Expect(o.FineTuneEpoch is >= 0 and <= 100_000, nameof(o.FineTuneEpoch), "0 to 100000", o.FineTuneEpoch);
        Expect(o.UnfreezeBlocks is null or >= 0, nameof(o.UnfreezeBlocks), "0 or more", o.UnfreezeBlocks);
        Expect(o.LayerDecay is > 0 and <= 1, nameof(o.LayerDecay), "above 0, at most 1", o.LayerDecay);
        Expect(o.UnfreezeEpochs is >= 0 and <= 1000, nameof(o.UnfreezeEpochs), "0 to 1000", o.UnfreezeEpochs);
        ExpectText(Enum.IsDefined(o.BatchNormalization), nameof(o.BatchNormalization), "training or frozen", o.BatchNormalization.ToString());
        Expect(o.BatchSize is null or (>= 1 and <= 65536), nameof(o.BatchSize), "1 to 65536", o.BatchSize);
        Expect(o.LearningRate is null or (> 0 and <= 100), nameof(o.LearningRate), "above 0, at most 100", o.LearningRate);
        Expect(o.FineTuneLearningRate is null or (> 0 and <= 100), nameof(o.FineTuneLearningRate), "above 0, at most 100", o.FineTuneLearningRate);
        ExpectText(o.Optimizer is null || Enum.IsDefined(o.Optimizer.Value), nameof(o.Optimizer), "sgd, adam, adamw or rmsprop", o.Optimizer?.ToString());
        Expect(o.Momentum is >= 0 and < 1, nameof(o.Momentum), "0 to below 1", o.Momentum);
        Expect(o.WarmupEpochs is >= 0 and <= 1000, nameof(o.WarmupEpochs), "0 to 1000", o.WarmupEpochs);
        ExpectText(Enum.IsDefined(o.Loss), nameof(o.Loss), "cross-entropy, binary, hinge, binary-hinge or focal", o.Loss.ToString());
        Expect(o.FocalGamma is >= 0 and <= 10, nameof(o.FocalGamma), "0 to 10", o.FocalGamma);
        Expect(o.L2 is null or (>= 0 and <= 100), nameof(o.L2), "0 to 100", o.L2);
        Expect(o.WeightDecay is >= 0 and <= 10, nameof(o.WeightDecay), "0 to 10", o.WeightDecay);
        Expect(o.LabelSmoothing is >= 0 and < 1, nameof(o.LabelSmoothing), "0 to below 1", o.LabelSmoothing);
        ExpectText(o.LabelSmoothing == 0 || o.Loss is LossKind.CrossEntropy or LossKind.Binary, nameof(o.LabelSmoothing), "0 with this loss", $"{o.LabelSmoothing.ToString(CultureInfo.InvariantCulture)} with {o.Loss}");
        ExpectText(Enum.IsDefined(o.Balance), nameof(o.Balance), "a known way", o.Balance.ToString());
        ExpectText(o.Balance != ClassBalance.LogitAdjustment || o.Loss is LossKind.CrossEntropy or LossKind.Focal, nameof(o.Balance), "logit adjustment only with cross-entropy or focal loss", o.Loss.ToString());
        ExpectText(o.Augmentation is not null, nameof(o.Augmentation), "a pipeline (the preset \"none\" changes nothing)", null);
        Expect(o.MixUp is >= 0 and <= 10, nameof(o.MixUp), "0 to 10", o.MixUp);
        Expect(o.CutMix is >= 0 and <= 10, nameof(o.CutMix), "0 to 10", o.CutMix);
        Expect(o.MaxGradientNorm is >= 0 and < double.PositiveInfinity, nameof(o.MaxGradientNorm), "0 or more", o.MaxGradientNorm);
        Expect(o.EmaDecay is >= 0 and < 1, nameof(o.EmaDecay), "0 to below 1", o.EmaDecay);
        Expect(o.AccumulateSteps is >= 1 and <= 65536, nameof(o.AccumulateSteps), "1 to 65536", o.AccumulateSteps);
        Expect(o.SwaFraction is >= 0 and <= 1, nameof(o.SwaFraction), "0 to 1", o.SwaFraction);
        Expect(o.SwaLearningRate is null || (o.SwaLearningRate is > 0 and <= 100 && o.SwaFraction > 0), nameof(o.SwaLearningRate), "above 0, at most 100, beside a SwaFraction", o.SwaLearningRate);
        Expect(o.ProgressiveFrom is null or (>= 16 and <= 2048), nameof(o.ProgressiveFrom), "16 to 2048 pixels", o.ProgressiveFrom);
        Expect(o.DistillationWeight is >= 0 and <= 1, nameof(o.DistillationWeight), "0 to 1", o.DistillationWeight);
        Expect(o.DistillationTemperature is >= 0.1 and <= 100, nameof(o.DistillationTemperature), "0.1 to 100", o.DistillationTemperature);
        ExpectText(Enum.IsDefined(o.ColorConstancy), nameof(o.ColorConstancy), "none or shades of gray", o.ColorConstancy.ToString());
        if (o.EarlyStoppingCriteria is { } stop)
        {
            ExpectText(stop.IsCalibrated || string.Equals(stop.Metric, EarlyStopping.LossName, StringComparison.OrdinalIgnoreCase) || MetricCatalog.All.Any(m => string.Equals(m.Name, stop.Metric, StringComparison.OrdinalIgnoreCase)),
                "EarlyStoppingCriteria.Metric", $"calibratedLoss, loss, {string.Join(", ", MetricCatalog.All.Select(m => m.Name))}", stop.Metric);
            Expect(stop.Patience >= 1, "EarlyStoppingCriteria.Patience", "1 or more", stop.Patience);
            Expect(stop.MinImages >= 1, "EarlyStoppingCriteria.MinImages", "1 or more", stop.MinImages);
            Expect(stop.MinDelta is >= 0 and < double.PositiveInfinity, "EarlyStoppingCriteria.MinDelta", "0 or more", stop.MinDelta);
        }
        Expect(o.ValidationSetFraction is >= 0 and < 1, nameof(o.ValidationSetFraction), "0 to below 1", o.ValidationSetFraction);
        Expect(o.TestTimeAugmentation is 1 or 2 or 4 or 8, nameof(o.TestTimeAugmentation), "1, 2, 4 or 8", o.TestTimeAugmentation);
        Expect(o.CheckpointMinutes > 0, nameof(o.CheckpointMinutes), "above 0", o.CheckpointMinutes);
        ExpectText(!o.Resume || o.CheckpointPath is not null, nameof(o.Resume), "a CheckpointPath with it", null);
        Expect(o.Threads is >= 0 and <= 1024, nameof(o.Threads), "0 to 1024", o.Threads);
        if (errors.Count > 0)
            throw new ArgumentException($"ImageClassificationTrainer: {errors.Count} option{(errors.Count == 1 ? " is" : "s are")} not usable. {string.Join("; ", errors)}.", "options");
    }
}
