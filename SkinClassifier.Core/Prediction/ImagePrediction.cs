using System.Globalization;
using SkinClassifier.Calibration;
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
    private readonly PredictionPolicy? _policy;
    private readonly ImageFindings? _findings;
    private readonly float[] _score;
    private readonly int _predicted;
    private LabelScore[]? _ranked;
    private Verdict? _verdict;

    internal ImagePrediction(ImageClassificationModel model, PredictionPolicy? policy, float[] score, ImageFindings? findings, string? path)
    {
        _labels = model.Labels;
        _policy = policy;
        _findings = findings;
        ModelSha256 = model.FileSha256;
        _predicted = model.Decision.Decide(score);
        _score = score;
        Path = path;
    }

    internal ImagePrediction(string error, string? path)
    {
        _labels = [];
        _score = [];
        Error = error;
        Path = path;
    }

    /// <summary>Where the image came from; null when it came from memory or a stream.</summary>
    public string? Path { get; }

    /// <summary>
    /// SHA-256 of the model.zip that predicted (<see cref="ImageClassificationModel.FileSha256"/>); null where it is not known, or the image could not be read.
    /// </summary>
    public string? ModelSha256 { get; }

    /// <summary>
    /// The class by the model's rule (<see cref="ImageClassificationModel.Decision"/>), by default the one with the highest probability, of equal ones the
    /// first; null when the image could not be read. It is there too when the model abstains.
    /// </summary>
    public string? PredictedLabel => Error is null ? _labels[_predicted] : null;

    /// <summary>Probabilities [K] in the order of the model's labels; empty when the image could not be read.</summary>
    public IReadOnlyList<float> Score => _score;

    /// <summary>All classes with their probabilities, most probable first; empty when the image could not be read.</summary>
    public IReadOnlyList<LabelScore> Scores => _ranked ??= [.. Score.Select((score, i) => new LabelScore(_labels[i], score)).OrderByDescending(s => s.Score)];

    /// <summary>
    /// Whether the model stands by <see cref="PredictedLabel"/> (<see cref="ImageClassificationModel.Policy"/>). Always
    /// <see cref="PredictionDecision.Answer"/> without a policy; null when the image could not be read.
    /// </summary>
    public PredictionDecision? Decision =>
        Error is not null ? null : Reasons.Count == 0 ? PredictionDecision.Answer : PredictionDecision.Abstain;

    /// <summary>
    /// The classes that the image may have, in the order of the labels: of 1 − α of the images of a class (default 90 %) the set has that class. Null without a
    /// policy, and when the image could not be read.
    /// </summary>
    public IReadOnlyList<string>? PredictionSet => Judged.Set;

    /// <summary>Why the model abstains; none for an answer.</summary>
    public IReadOnlyList<PredictionReason> Reasons => Judged.Reasons;

    /// <summary>
    /// What is said of the image's quality although it does not speak against an answer: it lies within a tenth of a limit beyond which the model
    /// abstains (dark, blurred, …). Empty where nothing is near, and where the model has no limits. What lies beyond a limit is among the <see
    /// cref="Reasons"/>.
    /// </summary>
    public IReadOnlyList<PredictionReason> QualityWarnings => _findings?.Warnings() ?? [];

    /// <summary>
    /// How much the image is like the training images: the share of the images that were kept for checks (the validation set) that look as unfamiliar
    /// as this one or more so, above 0 to 1. 0.5: as familiar as a usual one. At 0.05 and less the model abstains. Null where the model does not
    /// know: it has no policy, no dense layer before its scores, or had too few images.
    /// </summary>
    public double? Familiarity => _findings?.Familiarity?.Familiarity;

    /// <summary>
    /// The training images that look most like this one to the network, most similar first, as many as <see cref="ImagePredictionOptions.Similar"/> says. Empty
    /// where none were asked for.
    /// </summary>
    public IReadOnlyList<SimilarImage> Similar => _findings?.Similar ?? [];

    /// <summary>Why there is no prediction; null when there is one.</summary>
    public string? Error { get; }

    /// <summary>What was found of the image itself; null: nothing was looked for.</summary>
    internal ImageFindings? Findings => _findings;

    private Verdict Judged => _verdict ??= Judge();

    /// <summary>For example "mel 0.812, nv 0.143, bkl 0.031", with "no answer (low-confidence): " before it when the model abstains; or the error.</summary>
    public override string ToString() => Error ?? string.Concat(
        Decision == PredictionDecision.Abstain ? $"no answer ({string.Join(", ", Reasons.Select(r => r.Code))}): " : "",
        string.Join(", ", Scores.Take(3).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Label} {s.Score:0.000}"))));

    private Verdict Judge()
    {
        if (_policy is null || Error is not null)
            return new Verdict(null, []);
        bool[] has = new bool[_labels.Count];
        AbstentionCauses causes = _policy.Judge(_score, _predicted, has);
        string[] set = [.. _labels.Where((_, c) => has[c])];
        return new Verdict(set, [.. _findings?.Reasons() ?? [], .. _policy.Reasons(causes, _labels, _score, _predicted, set)]);
    }

    private sealed record Verdict(IReadOnlyList<string>? Set, IReadOnlyList<PredictionReason> Reasons);
}
