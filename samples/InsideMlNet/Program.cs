// SkinClassifier inside ML.NET: a network trained, measured and saved in a pipeline of ML.NET, and loaded again.
// The namespaces of both stand side by side; no alias is needed.
// For research and decision support only; not a medical device.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Metrics;
using SkinClassifier.MLNet;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Trainers;

try
{
    switch (args)
    {
        case ["train", string folder, string zip]:
            Train(folder, zip);
            return 0;
        case ["score", string zip, .. string[] images]:
            Score(zip, images);
            return 0;
        default:
            Console.Error.WriteLine("usage: dotnet run -- train FOLDER MODEL.zip, or dotnet run -- score MODEL.zip IMAGE...");
            return 2;
    }
}
catch (Exception error) when (error is SkinClassifierException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

static void Train(string folder, string zip)
{
    MLContext context = new(seed: 1);
    ImageDataset data = context.Data.LoadImagesFromFolder(folder);
    string? group = data.Schema.GetColumnOrNull("lesion_id") is null ? null : "lesion_id";
    DataOperationsCatalog.TrainTestData split = context.Data.TrainTestSplit(data, 0.25, samplingKeyColumnName: group);
    ImageNetworkTrainer.Options options = new()
    {
        SamplingKeyColumnName = group,
        Training = new ImageClassificationTrainerOptions { Arch = Architecture.SmallCnn, ImageSize = 64, Epoch = 6, Resize = ResizeKind.Crop },
    };
    EstimatorChain<KeyToValueMappingTransformer> pipeline = context.MulticlassClassification.Trainers.ImageNetwork(options)
        .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    TransformerChain<KeyToValueMappingTransformer> model = pipeline.Fit(split.TrainSet);
    IDataView scored = context.MulticlassClassification.Trainers.ImageNetwork(options).Fit(split.TrainSet).Transform(split.TestSet);
    MulticlassClassificationMetrics theirs = context.MulticlassClassification.Evaluate(scored);
    ConfusionMatrix matrix = theirs.ConfusionMatrix;
    Console.WriteLine(FormattableString.Invariant(
        $"{matrix.NumberOfClasses} classes, micro accuracy {theirs.MicroAccuracy:0.000}, log loss {theirs.LogLoss:0.000}"));

    // The same network with our metrics.
    ImageClassificationModel network = model.OfType<ImageNetworkTransformer>().Single().Model;
    ImageClassificationMetrics ours = network.Evaluate(ImageDataset.FromDataView(split.TestSet, new ImageDatasetOptions { MinimumClasses = 1 })).Metrics;
    Console.WriteLine(FormattableString.Invariant($"ours: micro accuracy {ours.MicroAccuracy:0.000}"));
    using PredictionEngine engine = new(network, new ImagePredictionOptions { Threads = 1 });
    Console.WriteLine(engine.Predict(new RgbImage(64, 64)).PredictedLabel);
    context.Model.Save(model, split.TrainSet.Schema, zip);
}

static void Score(string zip, IEnumerable<string> images)
{
    MLContext context = new();
    ITransformer model = context.Model.Load(zip, out _);
    using PredictionEngine<Input, Output> engine =
        context.Model.CreatePredictionEngine<Input, Output>(model, new PredictionEngineOptions { OwnsTransformer = false });
    VBuffer<ReadOnlyMemory<char>> names = default;
    engine.OutputSchema["Score"].GetSlotNames(ref names);
    foreach (string image in images)
    {
        Output output = engine.Predict(new Input { ImagePath = image });
        int best = Array.IndexOf(output.Score, output.Score.Max());
        IEnumerable<string> scores = output.Score.Select(s => s.ToString("R", CultureInfo.InvariantCulture));
        Console.WriteLine($"{image}\t{names.GetItemOrDefault(best)}\t{string.Join('\t', scores)}");
    }
}

internal sealed class Input
{
    public string ImagePath { get; set; } = "";
}

internal sealed class Output
{
    public float[] Score { get; set; } = [];
}
