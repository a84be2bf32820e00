// Trains on a folder with one sub-folder per class and saves model.zip. For research and decision support only; not a medical device.
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Trainers;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: dotnet run -- FOLDER MODEL.zip");
    return 2;
}

try
{
    // Images of one lesion never fall into two sets; metadata.csv has the column. Without that column every image is its own group.
    ImageDataset photos = ImageDataset.FromFolder(args[0]);
    string? group = photos.Examples[0].Columns.ContainsKey("lesion_id") ? "lesion_id" : null;
    TrainTestData data = photos.TrainTestSplit(testFraction: 0.2, groupBy: group);

    // From scratch, so that the sample needs no file. With pretrained weights (WeightsPath) results are far better.
    ImageClassificationTrainer trainer = new(new()
    {
        Arch = Architecture.SmallCnn,
        ImageSize = 64,
        Epoch = 15,
        MetricsCallback = metrics => Console.Error.WriteLine(metrics),
    });
    ImageClassificationModel model = trainer.Fit(data.TrainSet);
    foreach (SkippedFile skipped in photos.Skipped)
        Console.Error.WriteLine($"skipped {skipped.Path}: {skipped.Reason}");

    Console.WriteLine(model.Evaluate(data.TestSet));
    model.Save(args[1]);
    return 0;
}
catch (Exception error) when (error is SkinClassifierException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}
