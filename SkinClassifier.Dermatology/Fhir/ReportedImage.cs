using SkinClassifier.Prediction;

namespace SkinClassifier.Dermatology.Fhir;

/// <summary>An image of a report: its prediction, or why there is none. Its name and its content are no part of a report.</summary>
public sealed record ReportedImage
{
    /// <summary>An image that was predicted; one that could not be read has its reason in <see cref="ImagePrediction.Error"/>.</summary>
    public ReportedImage(ImagePrediction prediction, ReportedModel model)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(model);
        (Model, Prediction, Error) = (model, prediction.Error is null ? prediction : null, prediction.Error);
    }

    /// <summary>An image that could not be used.</summary>
    /// <param name="error">Why, as a sentence without the name of a file.</param>
    /// <param name="model">The model.</param>
    public ReportedImage(string error, ReportedModel model)
    {
        ArgumentException.ThrowIfNullOrEmpty(error);
        ArgumentNullException.ThrowIfNull(model);
        (Model, Error) = (model, error);
    }

    /// <summary>The model.</summary>
    public ReportedModel Model { get; }

    /// <summary>The prediction; null where there is none.</summary>
    public ImagePrediction? Prediction { get; }

    /// <summary>Why there is no prediction; null where there is one.</summary>
    public string? Error { get; }
}
