using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers;

/// <summary>
/// Several models as one: its network holds all networks and gives the mean of their probabilities, so that it predicts, exports and is read by
/// others as one model. Networks with smaller inputs than the largest get the image reduced inside the network (linear interpolation).
/// </summary>
public static class ModelEnsemble
{
    /// <summary>
    /// Combines models with the same labels, way of resizing and shape of the input; the sizes may differ. Views (test-time augmentation): those of
    /// the model with most. The decision rule is the models' where all have one and the same, else the highest score. Images are decoded
    /// at full size unless every model takes reduced ones.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than two models, or models that resize in different ways, have inputs of different shape or know
    /// different labels.</exception>
    public static ImageClassificationModel Combine(IReadOnlyList<ImageClassificationModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count < 2)
            throw new ArgumentException($"ModelEnsemble: expected at least 2 models, received {models.Count}.", nameof(models));
        ImageClassificationModel first = models.MaxBy(m => m.Manifest.Width)!;
        for (int i = 0; i < models.Count; i++)
        {
            if (!models[i].Labels.SequenceEqual(first.Labels, StringComparer.Ordinal))
                throw new ArgumentException($"ModelEnsemble: expected the labels {string.Join(", ", first.Labels)} in every model, model {i + 1} has "
                    + $"{string.Join(", ", models[i].Labels)}.", nameof(models));
            ModelManifest one = models[i].Manifest, other = first.Manifest;
            if (models[i].Preprocessor.Resize != first.Preprocessor.Resize || models[i].Preprocessor.Filter != first.Preprocessor.Filter)
                throw new ArgumentException($"ModelEnsemble: expected the resizing {other.Preprocessing.Resize} with the "
                    + $"{other.Preprocessing.Filter} filter in every model, model {i + 1} has {one.Preprocessing.Resize} with "
                    + $"{one.Preprocessing.Filter}. Train them with the same --resize.", nameof(models));
            if (!models[i].Preprocessor.HasShapeOf(first.Preprocessor))
                throw new ArgumentException($"ModelEnsemble: expected inputs of one shape, received {other.Width}×{other.Height} and, in model "
                    + $"{i + 1}, {one.Width}×{one.Height}. Train them with the same shape of the input.", nameof(models));
        }
        GraphBuilder builder = new("ensemble");
        string image = builder.Input(NetworkAssembly.InputName, new TensorShape(TensorShape.Free, 3, first.Manifest.Height, first.Manifest.Width)), sum = "";
        for (int i = 0; i < models.Count; i++)
        {
            string score = builder.Append(models[i].Network, Reduced(builder, image, first.Manifest, models[i].Manifest, $"m{i + 1}_input"), $"m{i + 1}_")[0];
            sum = i == 0 ? score : builder.Add(sum, score, $"sum{i + 1}");
        }
        string share = builder.Parameter(Normalization.ParameterPrefix + "share", new Tensor(new TensorShape(1), [1f / models.Count]));
        ModelManifest manifest = first.Manifest with
        {
            Backbone = string.Join(" + ", models.Select(m => m.Manifest.Backbone).Distinct(StringComparer.Ordinal)),
            WeightsLicense = models.Select(m => m.Manifest.WeightsLicense).Distinct(StringComparer.Ordinal).Count() == 1 ? first.Manifest.WeightsLicense : null,
            WeightsHash = models.Select(m => m.Manifest.WeightsHash).Distinct(StringComparer.Ordinal).Count() == 1 ? first.Manifest.WeightsHash : null,
            Temperature = 1,
            Preprocessing = first.Manifest.Preprocessing with
            {
                ReducedDecoding = models.All(m => m.Manifest.Preprocessing.ReducedDecoding),
                ColorConstancy = string.Join(" or ", models.Select(m => m.Manifest.Preprocessing.ColorConstancy ?? "none").Distinct(StringComparer.Ordinal)),
            },
            Decision = Decision(models),
            TestTimeAugmentation = models.Max(m => m.Manifest.TestTimeAugmentation),
            Metrics = new Dictionary<string, double>(),
            Options = new Dictionary<string, string>(
                first.Manifest.Options)
            { ["ensemble"] = models.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        };
        return new ImageClassificationModel(
            builder.Build(builder.Mul(sum, share, NetworkAssembly.OutputName)), manifest)
        { Seen = SeenContent.Union(models.Select(m => m.Seen)) };
    }

    /// <summary>
    /// The mean of prior and exponent; the models' rule where all have the same, thresholds being their mean, else the highest score.
    /// </summary>
    private static ModelDecision Decision(IReadOnlyList<ImageClassificationModel> models)
    {
        ModelDecision[] all = [.. models.Select(m => m.Manifest.Decision)];
        int classes = models[0].Labels.Count;
        bool isKnown = all.All(d => d.Prior is not null);
        ModelDecision joined = new()
        {
            Prior = isKnown ? Mean(all.Select(d => d.Prior!), classes) : null,
            Exponent = all.All(d => d.Exponent is not null) ? all.Average(d => d.Exponent!.Value) : null,
        };
        bool isOne = all.All(d => d.Rule == all[0].Rule && d.Target == all[0].Target);
        return all[0].Rule switch
        {
            "balanced" when isOne && isKnown => joined with { Rule = all[0].Rule },
            "costs" when isOne && all.All(d => d.Costs!.SelectMany(r => r).SequenceEqual(all[0].Costs!.SelectMany(r => r))) =>
                joined with { Rule = all[0].Rule, Costs = all[0].Costs },
            "thresholds" when isOne => joined with { Rule = all[0].Rule, Target = all[0].Target, Thresholds = Mean(all.Select(d => d.Thresholds!), classes) },
            _ => joined,
        };
    }

    private static double[] Mean(IEnumerable<IReadOnlyList<double>> rows, int classes) =>
        [.. Enumerable.Range(0, classes).Select(c => rows.Average(r => r[c]))];

    /// <summary>The image at the size of <paramref name="to"/>.</summary>
    private static string Reduced(GraphBuilder builder, string image, ModelManifest from, ModelManifest to, string name)
    {
        if (from.Width == to.Width && from.Height == to.Height)
            return image;
        return builder.Add("Resize", name, [image], new OperatorAttributes(
            new Dictionary<string, object> { ["mode"] = "linear", ["coordinate_transformation_mode"] = "half_pixel" },
            new Dictionary<int, object> { [2] = new[] { 1f, 1f, Scale(from.Height, to.Height), Scale(from.Width, to.Width) } }));
    }

    /// <summary>The smallest factor of single precision that gives exactly the wanted length, which readers compute as ⌊from · factor⌋.</summary>
    private static float Scale(int from, int to)
    {
        float scale = (float)to / from;
        while (MathF.Floor(from * scale) < to || Math.Floor((double)from * scale) < to)
            scale = MathF.BitIncrement(scale);
        return scale;
    }
}
