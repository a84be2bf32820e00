using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.Data;
using SkinClassifier.Explanations;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Training;
using SkinClassifier.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.MLNet;

/// <summary>
/// Core's <see cref="ImageClassificationTrainer"/> as an estimator of ML.NET: a label (key) and an image column in, a transformer that scores images out.
/// Classes keep the order of the key; a class without images in the fitted rows (a fold of a cross-validation) keeps its slot. Messages, warnings and metrics
/// go to <see cref="MLContext.Log"/>. <see cref="Options.CancellationToken"/> and the context's own cancellation stop training.
/// </summary>
public sealed partial class ImageNetworkTrainer : IEstimator<ImageNetworkTransformer>
{
    internal const string Name = "ImageNetwork";

    private readonly IHostEnvironment _environment;
    private readonly Options _options;

    internal ImageNetworkTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_environment, _options) = (environment, options);
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The rows to train on; rows without a label are left out. Images in memory are kept in a temporary file until training ends.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">Fewer than two classes have images.</exception>
    /// <exception cref="SkinClassifier.Common.SkinClassifierException">No image can be read, or the weights file is damaged or not supported.</exception>
    /// <exception cref="OperationCanceledException">The context was canceled, or the token before there was anything to return.</exception>
    public ImageNetworkTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        IHost host = _environment.Register(Name);
        using TrainingLog log = new(host, _options.Training.MetricsCallback);
        using ImageSpool spool = new();
        using ExecutionCancellation cancellation = new(_environment, _options.CancellationToken);
        ImageColumn column = ImageColumn.Find(input.Schema, _options.FeatureColumnName);
        LabelColumn label = LabelColumn.Find(input.Schema, _options.LabelColumnName);
        if (ExplanationRules.Errors(_options.Explanation, label.Names).FirstOrDefault() is { } error)
            throw new OptionsException($"{Name}: {nameof(Options.Explanation)}.{error}");
        ImageTable table = new(_options, label, spool);
        ImageDataset train = table.Read(input), validation = train.Subset([]);
        if (_options.ValidationSet is { } given)
            validation = table.Read(given);
        log.Info($"{train.Examples.Count} images of {label.Names.Count} classes, column '{column.Name}' ({column.Kind})");
        ImageClassificationTrainer trainer = new(_options.Training with
        {
            ValidationSet = _options.ValidationSet is null ? null : validation,
            Seed = _options.Seed ?? (ulong)host.Rand.Next(),
            MetricsCallback = log.Report,
        });
        ImageClassificationModel model = trainer.Fit(train, cancellation.Token);
        cancellation.ThrowIfCanceled();
        // The trainer has warned of each with its row and its reason; what may be missing is the name of the file.
        foreach (SkippedFile skipped in trainer.Skipped)
            if (FileOf(skipped.Path, train, validation) is { } file && !skipped.Reason.Contains(file, StringComparison.Ordinal))
                log.Warn($"{skipped.Path} is the file {file}.");
        ScoreStep step = new(model) { ThrowOnUnreadableImage = _options.ThrowOnUnreadableImage, Explanation = _options.Explanation };
        return new ImageNetworkTransformer(_environment, column, step, _options, input.Schema);
    }

    private static string? FileOf(string row, params ReadOnlySpan<ImageDataset> sets)
    {
        foreach (ImageDataset set in sets)
            if (set.Examples.FirstOrDefault(e => e.Path == row) is { File: { } file })
                return file;
        return null;
    }

    /// <summary>The columns that the fitted transformer gives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or the label is no key.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(inputSchema, _options.FeatureColumnName);
        LabelColumn.Check(inputSchema, _options.LabelColumnName);
        return OutputShapes.OfScores(inputSchema, _options);
    }
}
