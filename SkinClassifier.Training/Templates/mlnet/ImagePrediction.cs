using Microsoft.Extensions.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>A class name with its probability.</summary>
public sealed record LabelScore(string Label, float Score);

/// <summary>What the model says about one image: the class and all classes with their probabilities, highest first.</summary>
public sealed record ImagePrediction(string PredictedLabel, IReadOnlyList<LabelScore> Scores)
{
    /// <summary>Predicts the image in a file; safe to call from many threads.</summary>
    public static ImagePrediction Of(PredictionEnginePool<ModelInput, ModelOutput> pool, string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such image.", path);
        PredictionEngine<ModelInput, ModelOutput> engine = pool.GetPredictionEngine();
        try
        {
            ModelOutput output = engine.Predict(new ModelInput { ImagePath = path });
            // The names belong to this engine's model: after a reload another engine may have others.
            VBuffer<ReadOnlyMemory<char>> names = default;
            engine.OutputSchema["Score"].GetSlotNames(ref names);
            LabelScore[] scores = [.. names.DenseValues().Zip(output.Score, (name, score) => new LabelScore(name.ToString(), score))];
            return new ImagePrediction(output.PredictedLabel, [.. scores.OrderByDescending(s => s.Score)]);
        }
        finally
        {
            pool.ReturnPredictionEngine(engine);
        }
    }
}
