using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Phases;

/// <summary>
/// What a finished model needs to tell foreign and unusable images: features of training images, and features and quality of images that it was not trained on.
/// Features of the frozen network that the head was trained with are used again; otherwise training images go through the finished network once more.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="model">The finished model.</param>
/// <param name="known">Features that the head was trained with; null: there are none.</param>
internal sealed class ChecksFit(RunSetup run, ImageClassificationModel model, FeatureTable? known)
{
    /// <summary>Most training images that go through the network for the checks alone, evenly from the classes as far as they reach.</summary>
    public const int MaxImages = 4096;

    /// <summary>Most images whose quality is measured where there is no validation set.</summary>
    private const int MaxMeasured = 1000;

    private readonly FeatureTable? _known = known is not null && run.HeadOnly && model.Features?.Features == known.Length ? known : null;

    /// <summary>The model with checks in its policy, where it has one, and with a gallery, where one is wanted.</summary>
    /// <param name="chosen">Logits of the images that chose the epoch.</param>
    /// <param name="folds">What chose in place of a validation set, or null.</param>
    /// <param name="temperature">The model's temperature.</param>
    /// <param name="cancellationToken">Stops; the model then stays as it is.</param>
    public ImageClassificationModel Complete(ScoredImages chosen, HeadCrossValidation? folds, double temperature, CancellationToken cancellationToken)
    {
        bool keepsGallery = run.Options.KeepGallery, fits = model.Policy is not null && run.Options.FitChecks;
        if (!keepsGallery && !fits)
            return model;
        try
        {
            FeatureTable? train =
                model.Features is null ? null : _known ?? Read(run.Train, keepsGallery ? AllImages() : SomeImages(MaxImages), cancellationToken);
            if (train is null)
                run.Reporter.Warn("", $"familiarity: {model.NoFeaturesReason}; the model does not tell how much an image is like the training images.");
            ImageClassificationModel complete =
                fits ? model.WithPolicy(model.Policy!.WithChecks(Checks(train, chosen, folds, temperature, cancellationToken))) : model;
            return keepsGallery && train is not null ? complete.WithGallery(Gallery(train)) : complete;
        }
        catch (OperationCanceledException)
        {
            run.Reporter.Warn("", "familiarity: cancelled before it was known; the model does not tell how much an image is like the training images.");
            return model;
        }
    }

    /// <summary>The part of a path that names an image inside its folder of data: the last two names, as <c>label/file</c>.</summary>
    internal static string IdOf(ImageExample example)
    {
        string[] names = example.Path.Split('/', '\\');
        return string.Join('/', names.TakeLast(names.Length >= 2 && names[^2] == example.Label ? 2 : 1));
    }

    private ImageChecks? Checks(FeatureTable? train, ScoredImages chosen, HeadCrossValidation? folds, double temperature, CancellationToken cancellationToken)
    {
        Familiarity? familiarity = null;
        string? reason = null;
        List<QualityMeasures> measured = [];
        if (folds is not null)
        {
            Measure(run.Train, SomeImages(MaxMeasured), measured, null, cancellationToken);
            if (train is not null)
                familiarity = ByFolds(train, chosen, temperature, out reason);
        }
        else
        {
            ScoredImages seen = Seen(chosen, temperature, measured, cancellationToken);
            if (train is not null)
                familiarity = Familiarity.Fit(train.Values, train.Labels, seen.Features, seen.Labels, seen.Scores, run.Classes, run.Workers, out reason);
        }
        if (reason is not null)
            run.Reporter.Warn("", $"familiarity: {reason}; the model does not tell how much an image is like the training images.");
        ImageQuality? quality = measured.Count < Familiarity.MinRanked ? null
            : ImageQuality.Fit(measured, Math.Min(model.Manifest.Width, model.Manifest.Height));
        return familiarity is null && quality is null ? null : new ImageChecks(familiarity, quality);
    }

    /// <summary>
    /// Validation images as the finished model sees images: their values before the softmax [N,L], mean over the views, and their features; their quality is
    /// added to <paramref name="measured"/>. The network runs only where <paramref name="chosen"/> has no features.
    /// </summary>
    private ScoredImages Seen(ScoredImages chosen, double temperature, List<QualityMeasures> measured, CancellationToken cancellationToken)
    {
        NetworkFeatures? network = model.Features;
        int length = network?.Length ?? 0;
        int[] images = [.. Enumerable.Range(0, run.Validation.Examples.Count)];
        if (network is not null && chosen.Features.Length > 0 && chosen.Features.Length == chosen.Labels.Length * network.Features)
        {
            Measure(run.Validation, images, measured, null, cancellationToken);
            return chosen with { Scores = network.Logits == 0 ? [] : MeanLogits(chosen, temperature) };
        }
        List<float> rows = new(images.Length * length);
        List<int> labels = [];
        Measure(run.Validation, images, measured, network is null ? null : (row, label) =>
        {
            rows.AddRange(row);
            labels.Add(label);
        }, cancellationToken);
        return new ScoredImages(network is null or { Logits: 0 } ? [] : Columns(rows, length, network.Classes, network.Logits), [.. labels], [])
        {
            Features = network is null ? [] : Columns(rows, length, length - network.Features, network.Features),
        };
    }

    /// <summary>What the finished model gives before its softmax [N,K]: the mean over the views.</summary>
    private float[] MeanLogits(ScoredImages scored, double temperature)
    {
        int classes = run.Classes, views = scored.Scores.Length / (scored.Labels.Length * classes);
        float[] mean = new float[scored.Labels.Length * classes];
        for (int i = 0; i < scored.Scores.Length; i++)
            mean[i / (views * classes) * classes + i % classes] += (float)(scored.Scores[i] / temperature / views);
        return mean;
    }

    private Familiarity? ByFolds(FeatureTable train, ScoredImages chosen, double temperature, out string? reason)
    {
        int[] dealt = StratifiedFolds.Assign(run.Train.Examples, HeadCrossValidation.Folds, run.Options.Seed);
        Dictionary<int, int> rowOf = chosen.Images.Select((image, row) => (image, row)).ToDictionary(p => p.image, p => p.row);
        float[] logits = [];
        if (train.Examples.All(rowOf.ContainsKey))
        {
            float[] means = MeanLogits(chosen, temperature);
            logits = [.. train.Examples.SelectMany(e => means[(rowOf[e] * run.Classes)..((rowOf[e] + 1) * run.Classes)])];
        }
        return Familiarity.FitByFolds(train.Values, train.Labels, logits, [.. train.Examples.Select(e => dealt[e])], run.Classes, run.Workers, out reason);
    }

    private ImageGallery? Gallery(FeatureTable train)
    {
        FeatureSpace? space = model.Policy?.Checks?.Familiarity?.Space ?? FeatureSpace.Fit(train.Values, train.Length, train.Labels, run.Classes, run.Workers);
        if (space is null)
            run.Reporter.Warn("", $"gallery: expected at least {FeatureSpace.ImagesPerDimension} training images that differ to the network, received "
                + $"{train.Count}; none is kept.");
        return space is null ? null : ImageGallery.Create(space, train.Values, [.. train.Examples.Select(e => IdOf(run.Train.Examples[e]))], train.Labels);
    }

    private int[] AllImages() => [.. Enumerable.Range(0, run.Train.Examples.Count)];

    /// <summary>Images of all classes: of each up to the same number, at even steps.</summary>
    private int[] SomeImages(int most)
    {
        int[][] byClass = [.. Enumerable.Range(0, run.Classes).Select(
            c => Enumerable.Range(0, run.Train.Examples.Count).Where(i => run.Train.Examples[i].LabelIndex == c).ToArray())];
        int cap = most;
        while (cap > 1 && byClass.Sum(c => Math.Min(c.Length, cap)) > most)
            cap--;
        return [.. byClass.SelectMany(
            c => Enumerable.Range(0, Math.Min(c.Length, cap)).Select(i => c[(int)((long)i * c.Length / Math.Min(c.Length, cap))])).Order()];
    }

    /// <summary>Features of training images, seen as they are, without other views.</summary>
    private FeatureTable Read(ImageDataset data, int[] images, CancellationToken cancellationToken)
    {
        NetworkFeatures network = model.Features!;
        using ImageScorer scorer = new(model, network, new PlanOptions { Workers = run.Workers }, 1);
        BatchLoader loader = Loader(data);
        float[] values = new float[images.Length * network.Features], rows = new float[2 * ImageScorer.Group * network.Length];
        List<int> labels = [], examples = [];
        long started = run.Reporter.Begin();
        foreach (ImageBatch batch in loader.Load(images, cancellationToken: cancellationToken))
        {
            scorer.Score(batch.Pixels, rows.AsSpan(0, batch.Count * network.Length), cancellationToken);
            for (int i = 0; i < batch.Count; i++)
            {
                rows.AsSpan((i + 1) * network.Length - network.Features, network.Features).CopyTo(values.AsSpan(labels.Count * network.Features));
                labels.Add(batch.Labels[i]);
                examples.Add(batch.Indices[i]);
            }
            run.Reporter.Count("familiarity", Math.Min(examples.Count, images.Length), images.Length, started);
        }
        return new FeatureTable(values[..(labels.Count * network.Features)], [.. labels], network.Features, [.. examples], []);
    }

    /// <summary>Measures the quality of images and, where somebody wants them, gives the rows of the network, seen as the model will see images.</summary>
    private void Measure(ImageDataset data, int[] images, List<QualityMeasures> measured, Action<float[], int>? take, CancellationToken cancellationToken)
    {
        if (images.Length == 0)
            return;
        ImagePreprocessor size = model.Preprocessor;
        using ImageScorer? scorer = take is null ? null : new(model, model.Features!, new PlanOptions { Workers = run.Workers });
        float[] rows = new float[2 * ImageScorer.Group * (model.Features?.Length ?? 0)];
        foreach (ImageBatch batch in Loader(data).Load(images, cancellationToken: cancellationToken))
        {
            scorer?.Score(batch.Pixels, rows.AsSpan(0, batch.Count * model.Features!.Length), cancellationToken);
            for (int i = 0; i < batch.Count; i++)
            {
                (int width, int height) = batch.Sizes[i];
                measured.Add(QualityMeasures.Of(batch.Pixels.Slice(i * size.ValueCount, size.ValueCount), size.Width, size.Height, width, height));
                take?.Invoke(rows[(i * model.Features!.Length)..((i + 1) * model.Features!.Length)], batch.Labels[i]);
            }
        }
    }

    private BatchLoader Loader(ImageDataset data) => new(data.Examples, model.Preprocessor,
        new BatchLoaderOptions { BatchSize = 2 * ImageScorer.Group, Decoder = run.Options.Decoder, Workers = run.Workers });

    private static float[] Columns(List<float> rows, int length, int first, int count)
    {
        ReadOnlySpan<float> all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows);
        float[] columns = new float[length == 0 ? 0 : all.Length / length * count];
        for (int n = 0; n * count < columns.Length; n++)
            all.Slice(n * length + first, count).CopyTo(columns.AsSpan(n * count));
        return columns;
    }
}
