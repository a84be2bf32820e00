using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.Models;

namespace SkinClassifier.MLNet;

/// <summary>
/// What <see cref="ImageNetworkTrainer"/> fits. It adds seven columns. Score: probabilities, a vector of float with one slot per class, in the order of the
/// label's key. PredictedLabel: the key of the class by the model's decision rule
/// (<see cref="ImageClassificationModel.Decision"/>, by default the largest), with the names of the classes as key values. ImageError: text, empty
/// where the image could be read. Decision, PredictionSet and Reasons: text, what the model's policy says (<see cref="ImageClassificationModel.Policy"/>):
/// answer or abstain, the classes that the image may have, and the codes of the reasons, the latter two with | between; without a policy always answer.
/// Familiarity: how much the image is like the training images, above 0 to 1; not-a-number where the model does not know.
/// Where <see cref="ImageNetworkTrainer.Options.ExplanationColumnName"/> names one, there is an eighth: the image beside a heat map (MLImage).
/// All are those of <see cref="Prediction.PredictionEngine"/>, scores bit for bit, before and after saving.
/// An image that cannot be read gives not-a-number as scores and familiarity, a missing key, its reason in ImageError, empty texts in the others, no heat map
/// and a warning in the log.
/// For research and decision support; not a medical device.
/// </summary>
public sealed class ImageNetworkTransformer : ImageTransformer
{
    private readonly string _score, _predictedLabel, _error, _decision, _set, _reasons, _familiarity;
    private readonly string? _explanation;
    private readonly string[] _kept;

    internal ImageNetworkTransformer(IHostEnvironment environment, ImageColumn input, ScoreStep step, ImageNetworkTrainer.Options options,
        DataViewSchema fitted) : base(environment, input, step)
    {
        (_score, _predictedLabel, _error) = (options.ScoreColumnName, options.PredictedLabelColumnName, options.ErrorColumnName);
        (_decision, _set, _reasons) = (options.DecisionColumnName, options.PredictionSetColumnName, options.ReasonsColumnName);
        (_familiarity, _explanation) = (options.FamiliarityColumnName, options.ExplanationColumnName);
        _kept = NamedScores.Kept(fitted, _score, _predictedLabel);
        Model = step.Model;
        Outputs = [OutputColumn.Values(_score, Model.Labels.Count, ScoreAnnotations.OfScores(Model.Labels)),
            OutputColumn.BestKey(_predictedLabel, Model.Labels.Count, ScoreAnnotations.OfPredictedLabel(Model.Labels)), OutputColumn.Error(_error),
            OutputColumn.Decision(_decision, t => t.Decision), OutputColumn.Decision(_set, t => t.PredictionSet),
            OutputColumn.Decision(_reasons, t => t.Reasons), OutputColumn.Familiarity(_familiarity),
            .. _explanation is null ? Array.Empty<OutputColumn>() : [OutputColumn.Explanation(_explanation)]];
    }

    /// <summary>The trained classifier, which Core's model.zip holds too.</summary>
    public ImageClassificationModel Model { get; }

    internal override IReadOnlyList<OutputColumn> Outputs { get; }

    internal override void AddSavedOutputs(ChainBuilder chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        int length = SavedChain.Length(Step);
        SavedChain.AddDecision(chain, length);
        NamedScores.Add(chain, Model.Labels, length, _kept, Model.Manifest.Decision.Rule == new ModelDecision().Rule ? null : Model.Decision, () =>
        {
            chain.Copy(_score, NamedScores.Score);
            chain.Copy(_predictedLabel, NamedScores.PredictedLabel);
        }, _score, _predictedLabel);
        chain.Copy(_error, SavedChain.Error);
        chain.Copy(_decision, SavedChain.Decision);
        chain.Copy(_set, SavedChain.PredictionSet);
        chain.Copy(_reasons, SavedChain.Reasons);
        chain.Copy(_familiarity, SavedChain.Familiarity);
        chain.Drop(SavedChain.Decision, SavedChain.PredictionSet, SavedChain.Reasons, SavedChain.Familiarity);
        if (_explanation is null)
            return;
        SavedChain.AddExplanation(chain, Input);
        chain.Copy(_explanation, SavedChain.Explanation);
        chain.Drop(SavedChain.Explanation);
    }
}
