using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers.Selection;

/// <summary>Several models as one: its network holds all networks and gives the mean of their probabilities.</summary>
public static class ModelEnsemble
{
    /// <summary>Combines models with the same labels, input size and preprocessing.</summary>
    /// <exception cref="ArgumentException">Fewer than two models, or models that take different pictures or know different labels.</exception>
    public static ImageClassificationModel Combine(IReadOnlyList<ImageClassificationModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count < 2)
            throw new ArgumentException($"ModelEnsemble: expected at least 2 models, received {models.Count}.", nameof(models));
        ImageClassificationModel first = models[0];
        for (int i = 1; i < models.Count; i++)
        {
            if (!models[i].Labels.SequenceEqual(first.Labels, StringComparer.Ordinal))
                throw new ArgumentException($"ModelEnsemble: expected the labels {string.Join(", ", first.Labels)} in every model, model {i + 1} has {string.Join(", ", models[i].Labels)}.", nameof(models));
            if (models[i].Preprocessor != first.Preprocessor)
                throw new ArgumentException($"ModelEnsemble: expected the input {first.Preprocessor} in every model, model {i + 1} has {models[i].Preprocessor}. Train them with the same image size and resizing.", nameof(models));
        }
        GraphBuilder builder = new("ensemble");
        string image = builder.Input(NetworkAssembly.InputName, new TensorShape(TensorShape.Free, 3, first.Manifest.Height, first.Manifest.Width)), sum = "";
        for (int i = 0; i < models.Count; i++)
        {
            string score = builder.Append(models[i].Network, image, $"m{i + 1}_")[0];
            sum = i == 0 ? score : builder.Add(sum, score, $"sum{i + 1}");
        }
        string share = builder.Parameter(Normalization.ParameterPrefix + "share", new Tensor(new TensorShape(1), [1f / models.Count]));
        ModelManifest manifest = first.Manifest with
        {
            Backbone = string.Join(" + ", models.Select(m => m.Manifest.Backbone).Distinct(StringComparer.Ordinal)),
            WeightsHash = models.Select(m => m.Manifest.WeightsHash).Distinct(StringComparer.Ordinal).Count() == 1 ? first.Manifest.WeightsHash : null,
            Temperature = 1,
            TestTimeAugmentation = models.Max(m => m.Manifest.TestTimeAugmentation),
            Metrics = new Dictionary<string, double>(),
            Options = new Dictionary<string, string>(first.Manifest.Options) { ["ensemble"] = models.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        };
        return new ImageClassificationModel(builder.Build(builder.Mul(sum, share, NetworkAssembly.OutputName)), manifest);
    }
}
