using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Explanations;

/// <summary>
/// Sanity checks of heat maps. A map that stays the same when the weights are random shows the image, not what the network learned from it (Adebayo et al.,
/// "Sanity Checks for Saliency Maps", 2018); a map whose places can be deleted without harm shows nothing that mattered.
/// </summary>
public static class ExplanationCheck
{
    /// <summary>
    /// Checks the maps of some images: makes the weights random from the top layer down and compares the maps, and deletes squares of the images in the order
    /// of the map and in random order. The same seed gives the same result.
    /// </summary>
    /// <param name="engine">The engine; one caller at a time.</param>
    /// <param name="images">At least one image. With few images the correlation is chance: a map of 7 × 7 places gives ±0.14 for nothing.</param>
    /// <param name="options">What is explained, and how. Default: Grad-CAM of the predicted class.</param>
    /// <param name="check">How much work is done.</param>
    /// <param name="cancellationToken">Stops between images and inside the network.</param>
    /// <exception cref="ArgumentException">No image, or options that do not fit the model.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static ExplanationCheckResult Run(PredictionEngine engine, IReadOnlyList<RgbImage> images, ExplanationOptions? options = null,
        ExplanationCheckOptions? check = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(images);
        check ??= new ExplanationCheckOptions();
        check.Validate();
        if (images.Count == 0)
            throw new ArgumentException("ExplanationCheck: expected at least one image, received none.", nameof(images));
        ImageClassificationModel model = engine.Model;
        ExplanationOptions valid = ExplanationRules.Checked(options, model);
        (int width, int height, int classes) = (model.Manifest.Width, model.Manifest.Height, model.Labels.Count);
        using NetworkMaps maps = new(model.Network, width, height, classes, engine.Plans);
        Checked[] originals = new Checked[images.Count];
        double area = 0, randomArea = 0;
        int telling = 0;
        for (int i = 0; i < originals.Length; i++)
        {
            float[] input = new float[model.Preprocessor.ValueCount];
            ImagePrediction prediction = engine.PredictAndKeep(images[i], input, cancellationToken);
            int place = ExplanationRules.PlaceOf(valid.Label ?? prediction.PredictedLabel!, model);
            HeatMap map = maps.Compute(input, place, valid, cancellationToken);
            originals[i] = new Checked(input, place, map.Raw);
            DeletionCurve curve = new(maps.Scorer, input, FilledImage.Of(input, width, height, check.Fill), width, height, place, check.DeletionSteps);
            if (!curve.IsTelling)
                continue;
            telling++;
            area += curve.InOrderOf(map.Raw, check.Seed, cancellationToken);
            for (int order = 0; order < check.RandomOrders; order++)
                randomArea += curve.InRandomOrder(check.Seed + (ulong)order, cancellationToken) / check.RandomOrders;
        }
        return new ExplanationCheckResult
        {
            Images = images.Count,
            EmptyMaps = originals.Count(o => o.IsEmpty),
            Method = valid.Method,
            Stages = Randomize(engine, originals, valid, check, cancellationToken),
            DeletionImages = telling,
            DeletionArea = area / Math.Max(1, telling),
            RandomDeletionArea = randomArea / Math.Max(1, telling),
        };
    }

    private static List<RandomizationStage> Randomize(PredictionEngine engine, Checked[] originals, ExplanationOptions options, ExplanationCheckOptions check,
        CancellationToken cancellationToken)
    {
        ImageClassificationModel model = engine.Model;
        RandomizedNetwork network = new(model.Network, check.Seed);
        int count = Math.Min(check.Stages, network.Layers);
        List<RandomizationStage> stages = [];
        for (int stage = 1; stage <= count; stage++)
        {
            string layer = network.Randomize((int)((long)network.Layers * stage / count));
            using NetworkMaps maps = new(network.Graph, model.Manifest.Width, model.Manifest.Height, model.Labels.Count, engine.Plans);
            double sum = 0;
            Checked[] shown = [.. originals.Where(o => !o.IsEmpty)];
            foreach (Checked original in shown)
                sum += RankCorrelation.Of(original.Map, maps.Compute(original.Input, original.Label, options, cancellationToken).Raw);
            stages.Add(new RandomizationStage(layer, network.Randomized, sum / Math.Max(1, shown.Length)));
        }
        return stages;
    }

    private sealed record Checked(float[] Input, int Label, float[] Map)
    {
        public bool IsEmpty { get; } = !Array.Exists(Map, v => v > 0);
    }
}
