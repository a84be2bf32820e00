using SkinClassifier.Calibration;
using SkinClassifier.Explanations;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.MLNet.Rows;

/// <summary>The probabilities of the classes, and what is found of the image, as <see cref="PredictionEngine"/> gives them.</summary>
internal sealed class ScoreStep(ImageClassificationModel model) : ImageStep
{
    /// <summary>How a saved text names this step.</summary>
    public const string Kind = "scores";

    /// <summary>The model.</summary>
    public ImageClassificationModel Model => model;

    /// <summary>How heat maps are computed.</summary>
    public ExplanationOptions Explanation { get; init; } = new();

    /// <inheritdoc/>
    public override string Name => "ImageNetwork";

    /// <inheritdoc/>
    public override int ValueCount => model.Labels.Count;

    /// <inheritdoc/>
    public override int HiddenCount => CheckedImage.Count;

    /// <inheritdoc/>
    public override ImageWork NewWork() => new Work(model, Explanation);

    /// <inheritdoc/>
    public override SavedText Save()
    {
        using MemoryStream zip = new();
        model.Save(zip, new ModelSaveOptions { IncludeMlNet = false });
        return new SavedText(Kind)
        {
            Settings = ExplanationSettings.Of(Explanation),
            Content = zip.ToArray(),
            ThrowOnUnreadableImage = ThrowOnUnreadableImage,
        };
    }

    /// <summary>The step of a saved text.</summary>
    public static ScoreStep Load(SavedText text) =>
        new(ImageClassificationModel.Load(new MemoryStream(text.Content, writable: false)))
        {
            Explanation = ExplanationSettings.Read(text.Settings),
            ThrowOnUnreadableImage = text.ThrowOnUnreadableImage,
        };

    private sealed class Work(ImageClassificationModel model, ExplanationOptions options) : ImageWork(model.Labels.Count, CheckedImage.Count)
    {
        private readonly PredictionEngine _engine = new(model);

        public override int Best => float.IsNaN(Values[0]) ? -1 : model.Decision.Decide(Values);

        public override float Familiarity => float.IsNaN(Values[0]) ? float.NaN : Checked.Familiarity;

        public override DecisionTexts Texts => DecisionTexts.Of(model, Values, Checked);

        private CheckedImage Checked => CheckedImage.Read(Hidden);

        public override void Dispose() => _engine.Dispose();

        protected override void Compute(in ImageValue image, ulong rowId)
        {
            ImagePrediction prediction = Explains ? Explained(image) : image.Predict(_engine);
            for (int c = 0; c < Values.Length; c++)
                Values[c] = prediction.Score[c];
            new CheckedImage((float?)prediction.Familiarity ?? float.NaN, prediction.Findings?.Problems ?? QualityProblems.None).Write(Hidden);
        }

        private ImagePrediction Explained(in ImageValue image)
        {
            ImageExplanation explanation = image.Explain(_engine, options);
            Image = HeatMapOverlay.Draw(image.Decode(null), explanation);
            return explanation.Prediction;
        }
    }
}
