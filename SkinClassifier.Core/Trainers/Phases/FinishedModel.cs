using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>Makes the model of a run: network, head and temperature as one graph, its decision rule, and the manifest that says where it comes from.</summary>
internal static class FinishedModel
{
    /// <summary>The model with the weights that the network has now.</summary>
    /// <param name="run">The run.</param>
    /// <param name="record">What it reached.</param>
    /// <param name="folds">What chose in place of a validation set, or null.</param>
    /// <param name="calibration">Training images, each scored by a head that had not seen it, for the policy; null: there are none.</param>
    /// <param name="features">Features that the head was trained with; null: not known any more.</param>
    /// <param name="cancellationToken">Stops what only the policy's checks and the gallery need.</param>
    public static ImageClassificationModel Create(RunSetup run, RunRecord record, HeadCrossValidation? folds, ScoredImages? calibration,
        FeatureTable? features, CancellationToken cancellationToken)
    {
        int views = folds is null ? run.Options.Views : 1;
        ScoredImages chosen = Logits(run, record.Scores, views);
        (float[] logits, int[] labels, _) = chosen;
        double temperature = run.Options.FitTemperature
            ? TemperatureFit.Fit(logits, labels, run.Classes, views, deviation: TemperatureFit.PriorDeviation) : 1;
        LoadedBackbone backbone = run.Backbone;
        Graph network = NetworkAssembly.Finish(backbone.Features, run.Head.ProbabilityGraph(temperature)).Clone();
        int[] counts = run.Train.CountByLabel();
        ImagePreprocessor size = backbone.Preprocessor;
        ModelManifest manifest = new()
        {
            Labels = [.. run.Train.Labels],
            Width = size.Width,
            Height = size.Height,
            Preprocessing = new ModelPreprocessing
            {
                Resize = size.Resize.ToString().ToLowerInvariant(),
                Filter = size.Filter.ToString().ToLowerInvariant(),
                ColorConstancy = run.Options.ColorConstancy == ColorConstancy.None ? "none" : "shades-of-gray",
                ReducedDecoding = size.ReducedDecoding,
                Mean = [.. backbone.Normalization.Mean],
                Std = [.. backbone.Normalization.Std],
            },
            Backbone = backbone.Name,
            WeightsHash = backbone.WeightsHash,
            WeightsLicense = backbone.WeightsLicense,
            TrainedOn = Enumerable.Range(0, run.Classes).ToDictionary(c => run.Train.Labels[c], c => counts[c]),
            Seed = run.Options.Seed,
            Temperature = temperature,
            TestTimeAugmentation = run.Options.Views,
            Decision = Decide(run, logits, labels, views, temperature, folds),
            Options = Describe(run, record, folds),
        };
        ImageClassificationModel model = new(network.WithName(backbone.Name), manifest)
        {
            History = record.History,
            // What its teacher has seen, the network knows from it.
            Seen = SeenContent.Of(run.Train.Examples.Concat(run.Validation.Examples))?.With(run.Options.Teacher?.Seen),
        };
        PredictionPolicy? policy = PolicyFit.Fit(run, chosen, views, temperature, model.Decision, folds, calibration);
        return new ChecksFit(run, policy is null ? model : model.WithPolicy(policy), features).Complete(chosen, folds, temperature, cancellationToken);
    }

    private static Dictionary<string, string> Describe(RunSetup run, RunRecord record, HeadCrossValidation? folds)
    {
        Dictionary<string, string> options = PhaseSettings.Describe(run.Options, record.Phases);
        if (record.AverageKept is { } kept)
            options["swaKept"] = kept ? "yes" : "no";
        if (folds is not null)
            options["bestEpochFrom"] = $"{HeadCrossValidation.Folds}-fold cross-validation";
        return options;
    }

    /// <summary>The rule, chosen on the probabilities that the finished model gives.</summary>
    private static ModelDecision Decide(RunSetup run, float[] logits, int[] labels, int views, double temperature, HeadCrossValidation? folds)
    {
        float[] probabilities = TemperatureFit.Apply(logits, run.Classes, views, temperature);
        bool isFinite = System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(probabilities);
        ModelDecision decision = new DecisionChoice([.. run.Train.Labels], run.Train.CountByLabel(), run.Options.ClassBalance).Choose(run.Options.Decision,
            isFinite ? probabilities : [], isFinite ? labels : [],
            folds is null ? "validation set" : $"{HeadCrossValidation.Folds}-fold cross-validation", text => run.Reporter.Warn("", text));
        if (decision.Rule != new ModelDecision().Rule)
            run.Reporter.Report($"decision: {decision.ToRule(DecisionRule.PriorCorrected(decision.Prior!, decision.Exponent!.Value))}"
                + (decision.ChosenOn is { } images ? $", chosen on: {images}" : ""));
        return decision;
    }

    /// <summary>
    /// Logits [N,V,K], classes [N] and positions [N] of the images that choose, seen as the finished model will see images; empty when there are none.
    /// Of several views also the features that the model's checks are fitted on, so that the network runs once for both.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="scored">Scores of the validation set, or null.</param>
    /// <param name="views">Views of each image; scores of cross-validation are those of the image alone.</param>
    private static ScoredImages Logits(RunSetup run, ScoredImages? scored, int views)
    {
        if (scored is not { } v)
            return new ScoredImages([], [], []);
        if (views > 1)
        {
            run.Reporter.Report($"temperature: {v.Labels.Length} images of the validation set, {views} views of each");
            ImagePreprocessor size = run.Backbone.Preprocessor;
            Graph network = NetworkAssembly.WithHead(run.Backbone.Features, run.Head.ScoringGraph());
            NetworkFeatures? features =
                run.Options.Policy is not null && run.Options.FitChecks ? NetworkFeatures.Find(network, size.Width, size.Height, out _) : null;
            v = new DatasetScorer(run.Validation, size, run.Head.Outputs, run.Workers, run.Options.Decoder, run.Group)
                .Score(features?.Graph ?? network, views, features?.Features ?? 0);
        }
        float[] logits = new float[v.Labels.Length * views * run.Classes];
        run.HeadSettings.Loss.ToLogits(v.Scores, run.Classes, logits);
        return v with { Scores = logits };
    }
}
