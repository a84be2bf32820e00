using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Metrics;
using SkinClassifier.Models.MlNet;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Models;

/// <summary>
/// A trained image classifier: the network, the class names and the way from an image to the network's input.
/// Immutable and safe to share between threads. For research and decision support; not a medical device.
/// </summary>
public sealed class ImageClassificationModel
{
    private readonly Lazy<(NetworkFeatures? Network, string? Reason)> _features;

    /// <summary>Name of the network's input: images [N,3,H,W], RGB, 0 to 255.</summary>
    public const string InputName = "image";

    /// <summary>Name of the network's output: probabilities [N,K] in the order of the labels.</summary>
    public const string OutputName = "Score";

    /// <summary>Creates a model from its parts and checks that they fit together.</summary>
    /// <param name="network">One input <c>image</c> [N,3,H,W] RGB 0–255, one output <c>Score</c> [N,K] probabilities.</param>
    /// <param name="manifest">Labels, input size and preprocessing.</param>
    /// <exception cref="ShapeMismatchException">Network and manifest do not fit together.</exception>
    /// <exception cref="InvalidContentException">A weight is not finite, the network's input or output has another name, or the decision rule does not
    /// fit the labels.</exception>
    public ImageClassificationModel(Graph network, ModelManifest manifest) : this(network, manifest, "model") { }

    private ImageClassificationModel(Graph network, ModelManifest manifest, string where)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(manifest);
        if (network.Inputs.Count != 1 || network.Inputs[0].Name != InputName || network.Outputs.Count != 1 || network.Outputs[0] != OutputName)
            throw new InvalidContentException($"{where}: network: expected one input '{InputName}' and one output '{OutputName}', received inputs "
                + $"{string.Join(", ", network.Inputs.Select(i => i.Name))} and outputs {string.Join(", ", network.Outputs)}.");
        TensorShape input = network.Inputs[0].Shape;
        if (input.Rank == 4 && (input[2] != TensorShape.Free && input[2] != manifest.Height || input[3] != TensorShape.Free && input[3] != manifest.Width))
            throw new ShapeMismatchException($"{where}: network: expected images of {manifest.Width}×{manifest.Height}, as the manifest says, received "
                + $"a network with input {input}. Network and manifest do not belong together.");
        TensorShape output = network.InferShapes(new TensorShape(1, 3, manifest.Height, manifest.Width))[OutputName];
        if (output != new TensorShape(1, manifest.Labels.Count))
            throw new ShapeMismatchException($"{where}: network: expected output [N,{manifest.Labels.Count}], one score per label, received {output} "
                + $"for one image. Network and labels do not belong together.");
        foreach ((string name, Tensor value) in network.Parameters.Where(p => !p.Value.IsReleased))
            if (!System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(value.Values))
                throw new InvalidContentException($"{where}: network: weight {name}: expected finite numbers, received infinity or not-a-number. The "
                    + $"training diverged or the file is damaged.");
        if (!manifest.Decision.IsKnown || manifest.DecisionErrors().FirstOrDefault() is not null)
            throw new InvalidContentException($"{where}: {string.Join("; ", manifest.DecisionErrors().DefaultIfEmpty(
                $"decision.rule: expected {ModelDecision.KnownRules}, received \"{manifest.Decision.Rule}\""))}. Correct the manifest.");
        ScoringNetwork = network;
        Manifest = manifest;
        BalancedDecision = manifest.Decision.ToBalanced(manifest);
        Decision = manifest.Decision.ToRule(BalancedDecision);
        Preprocessor = new ImagePreprocessor(manifest.Width, manifest.Height, manifest.Preprocessing.Resize switch
        {
            "stretch" => ResizeKind.Stretch,
            "pad" => ResizeKind.Pad,
            _ => ResizeKind.Crop,
        }, manifest.Preprocessing.Filter switch
        {
            "nearest" => ResizeFilter.Nearest,
            "cubic" => ResizeFilter.Cubic,
            _ => ResizeFilter.Triangle,
        })
        { ReducedDecoding = manifest.Preprocessing.ReducedDecoding };
        ModelCard = ModelCardText.Write(manifest);
        _features = new Lazy<(NetworkFeatures?, string?)>(() =>
        {
            NetworkFeatures? found = NetworkFeatures.Find(network, manifest.Width, manifest.Height, out string? reason);
            return (found, reason);
        });
    }

    /// <summary>The network, normalization and softmax included.</summary>
    /// <exception cref="InvalidOperationException">The model was read for prediction alone (<see cref="LoadForPrediction"/>).</exception>
    public Graph Network => !ScoringNetwork.IsForPrediction ? ScoringNetwork : throw new InvalidOperationException("ImageClassificationModel: expected a model "
        + "that keeps its weights, received one that LoadForPrediction has read. Saving, exporting, explaining, joining models and teaching need them: read "
        + "the file with Load.");

    /// <summary>The network for code that only runs it.</summary>
    internal Graph ScoringNetwork { get; }

    /// <summary>Everything that manifest.json says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Class names in the order of the scores.</summary>
    public IReadOnlyList<string> Labels => Manifest.Labels;

    /// <summary>How probabilities become a class: what PredictedLabel says everywhere.</summary>
    public DecisionRule Decision { get; }

    /// <summary>The balanced rule p / prior^t of this model, for comparison; null where the class shares of the training data are not known.</summary>
    public DecisionRule? BalancedDecision { get; }

    /// <summary>The way from an image to the network's input.</summary>
    public ImagePreprocessor Preprocessor { get; }

    /// <summary>Course of the training; null for a loaded model, because it is not part of the file.</summary>
    public TrainingHistory? History { get; init; }

    /// <summary>A page in markdown for people: what the model is, what it was trained on, its scores and limits. Default: made from the manifest.</summary>
    public string ModelCard { get; init; }

    /// <summary>
    /// SHA-256 of the model.zip that it was loaded from, lower-case hexadecimal, where the loader said it (SkinClassifier.Hosting does); else null.
    /// </summary>
    public string? FileSha256 { get; private init; }

    /// <summary>
    /// When the model answers and when it abstains, and which classes an image may have; null: it always answers (a model of an earlier version, an imported
    /// one, one trained without, or with too few images to calibrate on).
    /// </summary>
    /// <exception cref="ArgumentException">It is made for another number of classes.</exception>
    public PredictionPolicy? Policy
    {
        get;
        init => field = value is null || value.Limits.Count == Labels.Count ? value : throw new ArgumentException(
            $"ImageClassificationModel: Policy: expected one for {Labels.Count} classes, received one for {value.Limits.Count}.", nameof(value));
    }

    /// <summary>
    /// Whether the model holds a gallery of its training images (the trainer's option <c>KeepGallery</c>), with their file names.
    /// </summary>
    public bool HasGallery => Gallery is not null;

    /// <summary>The training images as points, to find similar ones; null: it was not asked for.</summary>
    internal ImageGallery? Gallery { get; init; }

    /// <summary>The network that gives features beside the scores, the same one for all who need it; null: it has none.</summary>
    internal NetworkFeatures? Features => _features.Value.Network;

    /// <summary>Why there are no features; null when there are.</summary>
    internal string? NoFeaturesReason => _features.Value.Reason;

    /// <summary>Which images the training has seen (train and validation set), to find them again in what is measured; null when it is not known.</summary>
    internal SeenContent? Seen { get; init; }

    /// <summary>
    /// The same network with another manifest or card. The policy stays when labels, decision rule and number of views do; otherwise its promises would be for
    /// other predictions, and it is left out.
    /// </summary>
    public ImageClassificationModel With(ModelManifest manifest, string? modelCard = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        bool isSame = manifest.Decision == Manifest.Decision && manifest.TestTimeAugmentation == Manifest.TestTimeAugmentation
            && manifest.Labels.SequenceEqual(Manifest.Labels, StringComparer.Ordinal);
        return new ImageClassificationModel(ScoringNetwork, manifest)
        {
            History = History,
            Seen = Seen,
            Policy = isSame ? Policy : null,
            Gallery = manifest.Labels.SequenceEqual(Manifest.Labels, StringComparer.Ordinal) ? Gallery : null,
            ModelCard = modelCard ?? ModelCardText.Write(manifest),
        };
    }

    /// <summary>The same model with another policy; null: it always answers.</summary>
    /// <exception cref="ArgumentException">The policy is made for another number of classes.</exception>
    public ImageClassificationModel WithPolicy(PredictionPolicy? policy) =>
        new(ScoringNetwork, Manifest) { History = History, Seen = Seen, Policy = policy, Gallery = Gallery, ModelCard = ModelCard };

    /// <summary>The same model with a gallery of its training images; null: without.</summary>
    internal ImageClassificationModel WithGallery(ImageGallery? gallery) =>
        new(ScoringNetwork, Manifest) { History = History, Seen = Seen, Policy = Policy, Gallery = gallery, ModelCard = ModelCard };

    /// <summary>Reads a model.zip.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">The file is damaged or not a model; the text names the entry.</exception>
    /// <exception cref="UnsupportedContentException">A newer format version, or a network with operators that are not supported.</exception>
    public static ImageClassificationModel Load(string path) => Load(path, forPrediction: false);

    /// <summary>
    /// Reads a model.zip to predict and to evaluate with, and for nothing else: its weights are in memory once, in the order of the kernels, instead of twice.
    /// <see cref="Network"/> and all that needs it (saving, export, explanations, ensembles, a teacher) are refused. Several images at a time use the layout of
    /// single ones: the same answers within rounding, for networks of dense 3×3 convolutions (ResNet, VGG) somewhat slower.
    /// </summary>
    /// <inheritdoc cref="Load(string)"/>
    public static ImageClassificationModel LoadForPrediction(string path) => Load(path, forPrediction: true);

    /// <summary>Reads a model.zip from a stream that can seek; messages name the file of a <see cref="FileStream"/>.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="fileSha256">Hash of the file where the caller has computed it: <see cref="FileSha256"/> of the result.</param>
    /// <inheritdoc cref="Load(string)"/>
    public static ImageClassificationModel Load(Stream stream, string? fileSha256 = null) =>
        Load(stream, (stream as FileStream)?.Name ?? "model", fileSha256, forPrediction: false);

    /// <summary>Writes model.zip, with ML.NET's chain; an existing file is replaced at once or not at all.</summary>
    public void Save(string path) => Save(path, new ModelSaveOptions());

    /// <summary>Writes model.zip; an existing file is replaced at once or not at all.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; the text names the file and the space it needs.</exception>
    public void Save(string path, ModelSaveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            AtomicFile.Write(path, stream => Save(stream, options));
        }
        catch (IOException error)
        {
            using MemoryStream content = new();
            Save(content, options);
            throw new IOException($"{path}: the model could not be written: {error.Message} It needs {Size(content.Length)}; make room or choose "
                + $"another folder, and save it again.", error);
        }
    }

    /// <summary>Writes the model as zip, with ML.NET's chain, into a stream. The same model gives the same bytes.</summary>
    public void Save(Stream stream) => Save(stream, new ModelSaveOptions());

    /// <summary>Writes the model as zip into a stream. The same model and options give the same bytes.</summary>
    public void Save(Stream stream, ModelSaveOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        using MemoryStream network = new();
        OnnxModel.Write(options.IncludeMlNet ? WithFixedSize(Network, Manifest) : Network, network);
        ModelManifest manifest = Manifest with { Network = options.IncludeMlNet ? MlNetChain.NetworkEntry : "network.onnx" };
        new ModelArchive(manifest, network.GetBuffer().AsMemory(0, (int)network.Length), ModelCard, Seen, Policy, Gallery).Write(stream);
    }

    /// <summary>
    /// Writes the network as a plain ONNX file: input <c>image</c> [N,3,H,W] RGB 0–255, output <c>Score</c> [N,K]. Reading, EXIF orientation, resize
    /// and crop stay the caller's work; the file's metadata (<see cref="NetworkMetadata"/>) describe them.
    /// </summary>
    public void ExportOnnx(string path, OnnxExportOptions? options = null) =>
        AtomicFile.Write(path, stream => OnnxModel.Write(Network, stream, ModelMetadata.For(this, options)));

    /// <summary>Measures the model on labeled images. Labels are matched by name; images that cannot be read are listed, not counted.</summary>
    /// <exception cref="ArgumentException">The dataset has a label that the model does not know, or no readable image.</exception>
    public ModelEvaluation Evaluate(ImageDataset data, EvaluationOptions? options = null) =>
        ModelEvaluation.Run(this, data, options ?? new EvaluationOptions());

    private static string Size(long bytes) =>
        bytes < 1_000_000 ? $"{(bytes + 999) / 1000} kB" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    /// <summary>ML.NET takes a free batch as 1 and wants every other length of the input as a number.</summary>
    private static Graph WithFixedSize(Graph network, ModelManifest manifest)
    {
        GraphInput input = network.Inputs[0];
        TensorShape shape = new(input.Shape[0], 3, manifest.Height, manifest.Width);
        return shape == input.Shape ? network
            : new Graph(network.Name, [new GraphInput(input.Name, shape)], network.Nodes, network.Outputs, network.Parameters);
    }

    /// <summary>Refuses a file whose parts speak of other features than its network has.</summary>
    private void CheckFeatures(string name)
    {
        foreach ((string entry, int? length) in (ReadOnlySpan<(string, int?)>)[
            (ImageChecks.EntryName, Policy?.Checks?.Familiarity?.Space.Length), (ImageGallery.EntryName, Gallery?.FeatureCount)])
            if (length is { } expected && Features?.Features != expected)
                throw new InvalidContentException($"{name}: {entry}: expected a network with {expected} features, received "
                    + $"{(Features is { } found ? $"one with {found.Features}" : NoFeaturesReason)}. The two do not belong together; save the model again.");
    }

    private static ImageClassificationModel Load(string path, bool forPrediction)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileKind.Require(path);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Load(stream, path, null, forPrediction);
    }

    private static ImageClassificationModel Load(Stream stream, string name, string? fileSha256, bool forPrediction)
    {
        (ModelArchive content, Graph network) = ModelArchive.Read(stream, name);
        try
        {
            ImageClassificationModel model = new(forPrediction ? network.ForPrediction() : network, content.Manifest, name)
            {
                ModelCard = content.ModelCard.Length > 0 ? content.ModelCard : ModelCardText.Write(content.Manifest),
                Seen = content.Seen,
                Policy = content.Policy,
                Gallery = content.Gallery,
                FileSha256 = fileSha256,
            };
            model.CheckFeatures(name);
            return model;
        }
        catch (ShapeMismatchException error)
        {
            throw new InvalidContentException(error.Message.StartsWith(name, StringComparison.Ordinal) ? error.Message : $"{name}: {error.Message}", error);
        }
    }
}
