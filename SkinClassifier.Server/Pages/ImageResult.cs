using SkinClassifier.Calibration;
using SkinClassifier.Prediction;

namespace SkinClassifier.Server.Pages;

/// <summary>What a page shows of one image.</summary>
/// <param name="Name">Name of its file; "" where it has none.</param>
/// <param name="Thumbnail">A small JPEG of it as data address; null where it cannot be read.</param>
/// <param name="Prediction">The prediction; null where there is none.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="Model">Public name of the model.</param>
/// <param name="Sha256">Hash of the file that predicted.</param>
/// <param name="Time">When.</param>
/// <param name="Json">The prediction as JSON.</param>
public sealed record ImageResult(string Name, string? Thumbnail, ImagePrediction? Prediction, string? Error, string Model, string Sha256,
    DateTimeOffset Time, string Json)
{
    /// <summary>Most classes that are shown.</summary>
    public const int MaxClasses = 5;

    /// <summary>The heat map alone, as data address; null: none.</summary>
    public string? HeatMap { get; init; }

    /// <summary>Why there is no heat map although one was asked for.</summary>
    public string? NoHeatMap { get; init; }

    /// <summary>Name of the heat map's method.</summary>
    public string Method { get; init; } = "";

    /// <summary>Whether the model gives no answer.</summary>
    public bool Abstains => Prediction?.Decision == PredictionDecision.Abstain;

    /// <summary>The class with the highest probability, where the decision rule chose another one; else null.</summary>
    public string? HighestScore => Prediction is { Scores: [{ Label: { } label }, ..] } && label != Prediction.PredictedLabel ? label : null;
}
