using System.Globalization;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports;

/// <summary>Numbers and names as people read them.</summary>
internal static class Text
{
    public const string MedicalHeadline = "For research and decision support. Not a medical device.";

    public const string MedicalNotice = "Its output is no diagnosis, it has no regulatory clearance, and it must not decide about anyone’s care. "
        + "Have a doctor look at a changing or worrying spot.";

    public const string WhichRule = Models.ModelCardText.WhichRule;

    public static string Whole(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(double? value) => value is double v ? (v * 100).ToString("0.0", CultureInfo.InvariantCulture) + "\u00A0%" : "–";

    public static string Metric(double? value) => value is double v ? v.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    public static string Short(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    public static string Interval(ImageClassificationMetrics metrics, string name) =>
        metrics.ConfidenceIntervals.TryGetValue(name, out ConfidenceInterval i) ? Interval(i) : "–";

    public static string Interval(ConfidenceInterval? interval) => interval is { } i ? $"{Metric(i.Low)} – {Metric(i.High)}" : "–";

    /// <summary>The words for a metric's name.</summary>
    public static string Title(string metric) => metric switch
    {
        "microAccuracy" => "Micro accuracy",
        "macroAccuracy" => "Macro accuracy",
        "logLoss" => "Log loss",
        "logLossReduction" => "Log loss reduction",
        "macroPrecision" => "Macro precision",
        "macroRecall" => "Macro recall",
        "macroF1" => "Macro F1",
        "weightedF1" => "Weighted F1",
        "macroAuc" => "Macro AUC",
        "matthewsCorrelation" => "Matthews correlation",
        "cohenKappa" => "Cohen’s kappa",
        "expectedCalibrationError" => "Calibration error",
        "top3Accuracy" => "Top-3 accuracy",
        _ => metric,
    };

    /// <summary>One line on what a metric says.</summary>
    public static string Meaning(string metric) => metric switch
    {
        "microAccuracy" => "share of correct answers",
        "macroAccuracy" => "mean recall of the classes",
        "logLoss" => "−log of the true class’s probability; 0 is perfect",
        "logLossReduction" => "against guessing by class frequency; 1 is perfect",
        "macroPrecision" => "mean precision of the classes",
        "macroRecall" => "mean recall of the classes",
        "macroF1" => "mean F1 of the classes",
        "weightedF1" => "F1 weighted by class size",
        "macroAuc" => "ranking quality, one class against the rest",
        "matthewsCorrelation" => "0 is chance, 1 is perfect",
        "cohenKappa" => "agreement beyond chance",
        "expectedCalibrationError" => "gap between confidence and accuracy; 0 is perfect",
        "top3Accuracy" => "truth among the three highest scores",
        _ => "",
    };
}
