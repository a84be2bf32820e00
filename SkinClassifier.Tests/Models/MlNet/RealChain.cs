using Microsoft.ML;
using SkinClassifier.Models;

namespace SkinClassifier.Tests.Models.MlNet;

/// <summary>A model.zip opened by the real ML.NET, as an application does.</summary>
internal sealed class RealChain : IDisposable
{
    private readonly Microsoft.ML.PredictionEngine<Input, Output> _engine;

    /// <summary>Saves the model in the folder and opens the file with ML.NET.</summary>
    public RealChain(ImageClassificationModel model, TemporaryFolder folder)
    {
        string path = folder.File($"{Guid.NewGuid():N}.zip");
        model.Save(path);
        MLContext context = new(seed: 1);
        _engine = context.Model.CreatePredictionEngine<Input, Output>(context.Model.Load(path, out _));
    }

    /// <summary>The network's input, the scores and the label that ML.NET gives for an image file.</summary>
    public Output Predict(string path) => _engine.Predict(new Input { ImagePath = path });

    public void Dispose() => _engine.Dispose();

    internal sealed class Input
    {
        public string ImagePath { get; set; } = "";
    }

    internal sealed class Output
    {
#pragma warning disable IDE1006 // the column's name
        public float[] image { get; set; } = [];
#pragma warning restore IDE1006

        public float[] Score { get; set; } = [];

        public string PredictedLabel { get; set; } = "";
    }
}
