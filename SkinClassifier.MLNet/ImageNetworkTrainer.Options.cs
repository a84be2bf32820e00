using Microsoft.ML;
using SkinClassifier.Explanations;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.Trainers;

namespace SkinClassifier.MLNet;

public sealed partial class ImageNetworkTrainer
{
    /// <summary>All choices of <see cref="ImageNetworkTrainer"/>. What concerns the network and its training is in <see cref="Training"/>.</summary>
#pragma warning disable CA1034, CA1051 // ML.NET's form of options: a class inside the trainer, with public fields.
    public sealed class Options
    {
        /// <summary>Column of the class, a key. Default "Label".</summary>
        public string LabelColumnName = "Label";

        /// <summary>Column of the images: paths (text), images (MLImage) or bytes of image files (vector of byte). Default "ImagePath".</summary>
        public string FeatureColumnName = "ImagePath";

        /// <summary>Column of the probabilities that the transformer writes. Default "Score".</summary>
        public string ScoreColumnName = "Score";

        /// <summary>Column of the predicted class that the transformer writes. Default "PredictedLabel".</summary>
        public string PredictedLabelColumnName = "PredictedLabel";

        /// <summary>Column in which the transformer says why an image could not be read. Default "ImageError".</summary>
        public string ErrorColumnName = "ImageError";

        /// <summary>Column in which the transformer says whether the model stands by the predicted class: answer or abstain. Default "Decision".</summary>
        public string DecisionColumnName = "Decision";

        /// <summary>
        /// Column with the classes that the image may have, with | between; empty where the model has no policy. Default "PredictionSet".
        /// </summary>
        public string PredictionSetColumnName = "PredictionSet";

        /// <summary>Column with the codes of the reasons why the model abstains, with | between. Default "Reasons".</summary>
        public string ReasonsColumnName = "Reasons";

        /// <summary>
        /// Column that says how much an image is like the training images, above 0 to 1 (float); not-a-number where the model does not know. Default
        /// "Familiarity".
        /// </summary>
        public string FamiliarityColumnName = "Familiarity";

        /// <summary>
        /// Column with the image beside a heat map of the places that raised the score of the predicted class (MLImage, with a legend; null where the image
        /// could not be read). A row costs nothing more while nothing asks for the column. Default null: no such column.
        /// </summary>
        public string? ExplanationColumnName;

        /// <summary>How the heat maps of <see cref="ExplanationColumnName"/> are computed. Default: Grad-CAM of the predicted class.</summary>
        public ExplanationOptions Explanation = new();

        /// <summary>
        /// Column whose equal values (one lesion, one patient) never fall into both the training and the validation set that is cut off inside. Default
        /// null: rows are independent.
        /// </summary>
        public string? SamplingKeyColumnName;

        /// <summary>
        /// Column with train, validation or test, text. Rows of test are not trained on; those of validation are the validation set. Default null: all rows
        /// are for training.
        /// </summary>
        public string? SplitColumnName;

        /// <summary>
        /// Rows that choose the best epoch. Default null: a share of the rows, <see cref="ImageClassificationTrainerOptions.ValidationSetFraction"/>. It needs
        /// the same columns as the rows to train on, with the same names in the label's key.
        /// </summary>
        public IDataView? ValidationSet;

        /// <summary>The same seed, data and options give the same model. Default null: from <see cref="MLContext"/>'s seed.</summary>
        public ulong? Seed;

        /// <summary>Stops after the current step; the model of the best epoch so far is returned. Default: never.</summary>
        public CancellationToken CancellationToken;

        /// <summary>
        /// What the transformer does with an image that cannot be read. Default false: scores that are not-a-number, a missing label and a warning. True: an
        /// exception.
        /// </summary>
        public bool ThrowOnUnreadableImage;

        /// <summary>
        /// Network, augmentation, optimizer, early stopping and everything else of Core's trainer, with its defaults. Two of its properties stand here
        /// instead: <see cref="ValidationSet"/> and <see cref="Seed"/>.
        /// </summary>
        public ImageClassificationTrainerOptions Training = new();

        /// <summary>Refuses what would be ignored, all errors at once.</summary>
        internal void Check()
        {
            List<string> errors = [];
            ColumnNames.Require(errors, (nameof(LabelColumnName), LabelColumnName), (nameof(FeatureColumnName), FeatureColumnName));
            List<(string Option, string? Name)> written = [(nameof(ScoreColumnName), ScoreColumnName),
                (nameof(PredictedLabelColumnName), PredictedLabelColumnName), (nameof(ErrorColumnName), ErrorColumnName),
                (nameof(DecisionColumnName), DecisionColumnName), (nameof(PredictionSetColumnName), PredictionSetColumnName),
                (nameof(ReasonsColumnName), ReasonsColumnName), (nameof(FamiliarityColumnName), FamiliarityColumnName)];
            if (ExplanationColumnName is not null)
                written.Add((nameof(ExplanationColumnName), ExplanationColumnName));
            ColumnNames.RequireDistinct(errors, [.. written]);
            if (Explanation is null)
                errors.Add($"{nameof(Explanation)}: expected options, received null");
            else
                errors.AddRange(ExplanationRules.Errors(Explanation).Select(e => $"{nameof(Explanation)}.{e.TrimEnd('.')}"));
            if (Training is null)
                errors.Add($"{nameof(Training)}: expected options, received null");
            if (Training?.ValidationSet is not null)
                errors.Add($"{nameof(Training)}.{nameof(ValidationSet)}: expected null, received a dataset. Set {nameof(Options)}.{nameof(ValidationSet)}");
            if (Training is { } training && training.Seed != new ImageClassificationTrainerOptions().Seed)
                errors.Add($"{nameof(Training)}.{nameof(Seed)}: expected no value, received {training.Seed}. Set {nameof(Options)}.{nameof(Seed)}");
            if (Training is { } options)
                errors.AddRange(TrainerOptionsCheck.Errors(options, property => $"{nameof(Training)}.{property}"));
            if (errors.Count > 0)
                throw new OptionsException($"ImageNetwork: {string.Join("; ", errors)}.");
        }
    }
#pragma warning restore CA1034, CA1051
}
