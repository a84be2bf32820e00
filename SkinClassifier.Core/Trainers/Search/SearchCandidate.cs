using System.Globalization;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Trainers.Defaults;

namespace SkinClassifier.Trainers.Search;

/// <summary>What trains while a candidate is tried.</summary>
internal enum SearchMode
{
    /// <summary>A head on the frozen features of a pretrained network.</summary>
    Head,

    /// <summary>A pretrained network itself.</summary>
    FineTune,

    /// <summary>A pretrained network without normalization: its head on frozen features first, then the network itself.</summary>
    HeadThenFineTune,

    /// <summary>All layers of a network without pretrained weights.</summary>
    Scratch,
}

/// <summary>One way to train that a search may try.</summary>
/// <param name="Backbone">Name of a network or path of an ONNX file.</param>
/// <param name="Mode">What trains.</param>
/// <param name="ImageSize">Width and height of the input in pixels.</param>
/// <param name="LearningRate">Highest rate of the phase that trains.</param>
/// <param name="Augmentation">Preset; not used by a head.</param>
/// <param name="Balance">What is done about small classes.</param>
internal sealed record SearchCandidate(string Backbone, SearchMode Mode, int ImageSize, double LearningRate, string Augmentation, ClassBalance Balance)
{
    /// <summary>Whether the pretrained network itself trains.</summary>
    public bool FineTunes => Mode is SearchMode.FineTune or SearchMode.HeadThenFineTune;

    /// <summary>What trains, for people: head, fine-tune or scratch.</summary>
    public string ModeName => FineTunes ? "fine-tune" : Mode == SearchMode.Head ? "head" : "scratch";

    /// <summary>For people, for example "mobilenet_v2, fine-tune, 160 px, rate 0.001, standard, SqrtWeights".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Path.GetFileNameWithoutExtension(Backbone)}, {ModeName}, {ImageSize} px, rate {LearningRate:0.#####}, "
            + $"{(Mode == SearchMode.Head ? "" : Augmentation + ", ")}{Balance}");
}

/// <summary>A candidate with as much training as the search gives it.</summary>
/// <param name="Rung">0-based round; −1 measures the speed.</param>
/// <param name="Index">Place of the candidate in the list.</param>
/// <param name="Candidate">The candidate.</param>
/// <param name="Images">Number of training images that it uses.</param>
/// <param name="Epochs">How often it sees them.</param>
/// <param name="Quick">What shortens a training without a search; null: nothing.</param>
internal sealed record SearchTrial(int Rung, int Index, SearchCandidate Candidate, int Images, int Epochs, QuickTraining? Quick = null)
{
    /// <summary>
    /// The options of an ordinary training that does what the trial says; what is given stays. The network and the number of images are not among
    /// them (<see cref="BackboneChoice"/>, <see cref="SkinClassifier.Data.ImageDataset.Sample"/>).
    /// </summary>
    /// <param name="given">The options of the search.</param>
    public ImageClassificationTrainerOptions Apply(ImageClassificationTrainerOptions given)
    {
        ArgumentNullException.ThrowIfNull(given);
        bool tunes = Candidate.FineTunes;
        return (Quick?.Apply(given) ?? given) with
        {
            ImageSize = given.ImageSize ?? Candidate.ImageSize,
            Balance = given.Balance ?? Candidate.Balance,
            LearningRate = given.LearningRate ?? (tunes ? null : Candidate.LearningRate),
            FineTuneLearningRate = given.FineTuneLearningRate ?? (tunes ? Candidate.LearningRate : null),
            Epoch = given.Epoch ?? (Candidate.Mode == SearchMode.HeadThenFineTune ? null : tunes ? 0 : Epochs),
            FineTuneEpoch = given.FineTuneEpoch ?? (tunes ? Epochs : 0),
            Augmentation = given.Augmentation ?? (Candidate.Mode == SearchMode.Head ? null : AugmentationPipeline.Preset(Candidate.Augmentation)),
        };
    }
}

/// <summary>What a trial reached on the validation set.</summary>
/// <param name="MacroAccuracy">Mean recall of the classes.</param>
/// <param name="MacroAuc">Mean area under the ROC curves.</param>
/// <param name="LogLoss">Mean logarithmic loss.</param>
internal readonly record struct TrialOutcome(double MacroAccuracy, double MacroAuc, double LogLoss)
{
    /// <summary>
    /// What trials are compared by: the mean of macro accuracy and macro AUC. The first is what is wanted; the second is less at the mercy of the few
    /// images that small classes have in a validation set. Ties: lower log loss.
    /// </summary>
    public double Score => (MacroAccuracy + MacroAuc) / 2;
}

/// <summary>A finished trial.</summary>
/// <param name="Trial">What was tried.</param>
/// <param name="Outcome">What it reached.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record SearchResultRow(SearchTrial Trial, TrialOutcome Outcome, double Seconds);
