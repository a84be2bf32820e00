using SkinClassifier.Models;

namespace SkinClassifier.Prediction;

/// <summary>A class name with its probability, 0 to 1.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Score">Probability, 0 to 1.</param>
public sealed record LabelScore(string Label, float Score);

/// <summary>What a model says about one image.</summary>
public sealed class ImagePrediction
{
    private readonly IReadOnlyList<string> _labels;
    private readonly int _predicted;
    private LabelScore[]? _ranked;

    internal ImagePrediction(ImageClassificationModel model, float[] score, string? path)
    {
        _labels = model.Labels;
        _predicted = model.Decision.Decide(score);
        Score = score;
        Path = path;
    }

    internal ImagePrediction(string error, string? path)
    {
        _labels = [];
        Score = [];
        Error = error;
        Path = path;
    }

    /// <summary>Where the image came from; null when it came from memory or a stream.</summary>
    public string? Path { get; }

    /// <summary>
    /// The class by the model's rule (<see cref="ImageClassificationModel.Decision"/>), by default the one with the highest probability, of equal ones the
    /// first; null when the image could not be read.
    /// </summary>
    public string? PredictedLabel => Error is null ? _labels[_predicted] : null;

    /// <summary>Probabilities [K] in the order of the model's labels; empty when the image could not be read.</summary>
    public IReadOnlyList<float> Score { get; }

    /// <summary>All classes with their probabilities, most probable first; empty when the image could not be read.</summary>
    public IReadOnlyList<LabelScore> Scores => _ranked ??= [.. Score.Select((score, i) => new LabelScore(_labels[i], score)).OrderByDescending(s => s.Score)];

    /// <summary>Why there is no prediction; null when there is one.</summary>
    public string? Error { get; }

    /// <summary>For example "mel 0.812, nv 0.143, bkl 0.031", or the error.</summary>
    public override string ToString() =>
        Error ?? string.Join(", ", Scores.Take(3).Select(s => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{s.Label} {s.Score:0.000}")));
}
