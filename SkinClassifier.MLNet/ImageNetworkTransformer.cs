using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.Models;

namespace SkinClassifier.MLNet;

/// <summary>
/// What <see cref="ImageNetworkTrainer"/> fits. It adds three columns. Score: probabilities, a vector of float with one slot per class, in the order of the
/// label's key. PredictedLabel: the key of the class by the model's decision rule
/// (<see cref="ImageClassificationModel.Decision"/>, by default the largest), with the names of the classes as key values. ImageError: text, empty
/// where the image could be read.
/// Scores are bit for bit those of <see cref="Prediction.PredictionEngine"/>, before and after saving.
/// An image that cannot be read gives not-a-number as scores, a missing key, its reason in the third column and a warning in the log.
/// For research and decision support; not a medical device.
/// </summary>
public sealed class ImageNetworkTransformer : ImageTransformer
{
    private const string Probabilities = "Probabilities";
    private readonly string _score, _predictedLabel, _error;
    private readonly string[] _kept;

    internal ImageNetworkTransformer(IHostEnvironment environment, ImageColumn input, ScoreStep step, ImageNetworkTrainer.Options options,
        DataViewSchema fitted) : base(environment, input, step)
    {
        (_score, _predictedLabel, _error) = (options.ScoreColumnName, options.PredictedLabelColumnName, options.ErrorColumnName);
        _kept = [.. new[] { NamedScores.Score, NamedScores.PredictedLabel }
            .Where(n => fitted.GetColumnOrNull(n) is not null && n != _score && n != _predictedLabel)];
        Model = step.Model;
        Outputs = [OutputColumn.Values(_score, Model.Labels.Count, ScoreAnnotations.OfScores(Model.Labels)),
            OutputColumn.BestKey(_predictedLabel, Model.Labels.Count, ScoreAnnotations.OfPredictedLabel(Model.Labels)), OutputColumn.Error(_error)];
    }

    /// <summary>The trained classifier, which Core's model.zip holds too.</summary>
    public ImageClassificationModel Model { get; }

    internal override IReadOnlyList<OutputColumn> Outputs { get; }

    internal override void AddSavedOutputs(ChainBuilder chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        chain.Copy(_error, SavedChain.Error);
        // ML.NET's predictor writes columns of two fixed names; columns that the rows have under these names are put aside.
        foreach (string name in _kept)
        {
            chain.Expect(name);
            chain.Copy(Aside(name), name);
        }
        int length = SavedChain.Length(Model.Labels.Count);
        chain.Add(NamedScores.Load(chain.Context, SavedChain.Values, length, Model.Labels));
        if (Model.Manifest.Decision.Rule != new ModelDecision().Rule)
        {
            // A second predictor decides; its scores are the rule's values, so the probabilities come back after it.
            chain.Copy(Aside(Probabilities), NamedScores.Score);
            chain.Add(NamedScores.Load(chain.Context, SavedChain.Values, length, Model.Labels, Model.Decision));
            chain.Copy(NamedScores.Score, Aside(Probabilities));
            chain.Drop(Aside(Probabilities));
        }
        chain.Copy(_score, NamedScores.Score);
        chain.Copy(_predictedLabel, NamedScores.PredictedLabel);
        chain.Drop([.. new[] { NamedScores.Score, NamedScores.PredictedLabel }.Except([_score, _predictedLabel])]);
        foreach (string name in _kept)
            chain.Copy(name, Aside(name));
        chain.Drop([.. _kept.Select(Aside)]);
    }

    private static string Aside(string name) => $"SkinClassifier.{name}";
}
