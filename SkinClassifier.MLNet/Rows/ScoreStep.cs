using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.MLNet.Rows;

/// <summary>The probabilities of the classes, as <see cref="PredictionEngine"/> gives them.</summary>
internal sealed class ScoreStep(ImageClassificationModel model) : ImageStep
{
    /// <summary>How a saved text names this step.</summary>
    public const string Kind = "scores";

    /// <summary>The model.</summary>
    public ImageClassificationModel Model => model;

    /// <inheritdoc/>
    public override string Name => "ImageNetwork";

    /// <inheritdoc/>
    public override int ValueCount => model.Labels.Count;

    /// <inheritdoc/>
    public override ImageWork NewWork() => new Work(model);

    /// <inheritdoc/>
    public override SavedText Save()
    {
        using MemoryStream zip = new();
        model.Save(zip, new ModelSaveOptions { IncludeMlNet = false });
        return new SavedText(Kind) { Content = zip.ToArray(), ThrowOnUnreadableImage = ThrowOnUnreadableImage };
    }

    /// <summary>The step of a saved text.</summary>
    public static ScoreStep Load(SavedText text) =>
        new(ImageClassificationModel.Load(new MemoryStream(text.Content, writable: false))) { ThrowOnUnreadableImage = text.ThrowOnUnreadableImage };

    private sealed class Work(ImageClassificationModel model) : ImageWork(model.Labels.Count)
    {
        private readonly PredictionEngine _engine = new(model, new ImagePredictionOptions { UsePolicy = false }); // scores alone

        public override int Best => float.IsNaN(Values[0]) ? -1 : model.Decision.Decide(Values);

        public override DecisionTexts Texts => DecisionTexts.Of(model, Values);

        public override void Dispose() => _engine.Dispose();

        protected override void Compute(in ImageValue image, ulong rowId) => image.Predict(_engine, Values);
    }
}
