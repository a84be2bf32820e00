using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Predicts from many threads: one engine for each caller, kept for the next. A changed model file is loaded again.</summary>
public sealed class ModelPool
{
    private readonly string _path;
    private readonly Lock _lock = new();
    private LoadedModel _model;

    /// <summary>Loads the model.</summary>
    public ModelPool(string path)
    {
        _path = path;
        _model = Load(Stamp());
    }

    /// <summary>Predicts the image in a file; safe to call from many threads.</summary>
    public ImagePrediction Predict(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such image.", path);
        LoadedModel model = Current();
        if (!model.Engines.TryTake(out PredictionEngine<ModelInput, ModelOutput>? engine))
            engine = model.CreateEngine();
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
            model.Engines.Add(engine);
        }
    }

    private LoadedModel Current()
    {
        lock (_lock)
        {
            (DateTime, long) stamp = Stamp();
            if (stamp == _model.Stamp || stamp.Item2 == 0)
                return _model;
            try
            {
                return _model = Load(stamp);
            }
            catch (Exception error) when (error is IOException or InvalidDataException or FormatException or InvalidOperationException)
            {
                // Perhaps the file is still being written: go on with the model in use and try again when the file has changed once more.
                Console.Error.WriteLine($"{_path}: {error.Message}");
                _model = _model with { Stamp = stamp };
                return _model;
            }
        }
    }

    private LoadedModel Load((DateTime, long) stamp)
    {
        MLContext context = new();
        return new LoadedModel(context, context.Model.Load(_path, out _), stamp, []);
    }

    private (DateTime, long) Stamp() => new FileInfo(_path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    private sealed record LoadedModel(
        MLContext Context, ITransformer Chain, (DateTime, long) Stamp, ConcurrentBag<PredictionEngine<ModelInput, ModelOutput>> Engines)
    {
        // An engine must not dispose the chain, which it shares with others.
        public PredictionEngine<ModelInput, ModelOutput> CreateEngine() =>
            Context.Model.CreatePredictionEngine<ModelInput, ModelOutput>(Chain, new PredictionEngineOptions { OwnsTransformer = false });
    }
}
