// SkinClassifier beside ML.NET: one dataset, ML.NET's split, ML.NET's trainer and ours, ML.NET's metrics for both.
// For research and decision support only; not a medical device.
using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;
using SkinClassifier.Trainers;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: dotnet run -- FOLDER");
    return 2;
}

try
{
    MLContext context = new(seed: 1);

    // The dataset is an IDataView: ImagePath, Label (a key with the class names), Split and the columns of metadata.csv.
    ImageDataset photos = ImageDataset.FromFolder(args[0]);
    string? group = photos.Schema.GetColumnOrNull("lesion_id") is null ? null : "lesion_id";
    var split = context.Data.TrainTestSplit(photos, testFraction: 0.25, samplingKeyColumnName: group);

    // Back to datasets: any view with a path and a class will do.
    ImageDataset train = ImageDataset.FromDataView(split.TrainSet), test = ImageDataset.FromDataView(split.TestSet);
    Console.WriteLine($"{train.Examples.Count} images to train on, {test.Examples.Count} to test");

    // ML.NET's linear trainer on small thumbnails, as a baseline.
    IDataView Thumbnails(ImageDataset data) => View(context, photos.Labels, data, "Features", null, example =>
        [.. RgbImage.Load(example.File!).Resize(8, 8).Pixels.ToArray().Select(value => value / 255f)]);
    var pipeline = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Features");
    IDataView baseline = pipeline.Fit(Thumbnails(train)).Transform(Thumbnails(test));
    Report("ML.NET, linear on 8 x 8 pixels", context.MulticlassClassification.Evaluate(baseline));

    // Our network: its scores become a column, and ML.NET measures them.
    ImageClassificationTrainer trainer = new(new() { Arch = Architecture.SmallCnn, ImageSize = 64, Epoch = 6 });
    using PredictionEngine engine = new(trainer.Fit(train));
    IDataView scored = View(context, photos.Labels, test, "Score", "PredictedLabel", example => [.. engine.Predict(example.File!).Score]);
    Report("SkinClassifier, small network", context.MulticlassClassification.Evaluate(scored));
    return 0;
}
catch (Exception error) when (error is SkinClassifierException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

static void Report(string name, MulticlassClassificationMetrics metrics)
    => Console.WriteLine(FormattableString.Invariant($"{name}: micro accuracy {metrics.MicroAccuracy:0.000}, log loss {metrics.LogLoss:0.000}"));

// A view with the class as a key and one vector per image; with best also a key: the class of the largest value.
static IDataView View(MLContext context, IEnumerable<string> classes, ImageDataset data, string vector, string? best, Func<ImageExample, float[]> values)
{
    List<string> labels = [.. classes];
    List<Row> rows = [];
    foreach (ImageExample example in data.Examples)
    {
        float[] numbers = values(example);
        uint largest = best is null ? 0 : (uint)Array.IndexOf(numbers, numbers.Max()) + 1;
        rows.Add(new Row { Label = (uint)labels.IndexOf(example.Label) + 1, Vector = numbers, Best = largest });
    }
    SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
    KeyDataViewType key = new(typeof(uint), labels.Count);
    schema[nameof(Row.Label)].ColumnType = key;
    schema[nameof(Row.Best)].ColumnType = key;
    schema[nameof(Row.Best)].ColumnName = best ?? nameof(Row.Best);
    schema[nameof(Row.Vector)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Vector.Length);
    schema[nameof(Row.Vector)].ColumnName = vector;
    return context.Data.LoadFromEnumerable(rows, schema);
}

internal sealed class Row
{
    public uint Label { get; set; }

    public float[] Vector { get; set; } = [];

    public uint Best { get; set; }
}
