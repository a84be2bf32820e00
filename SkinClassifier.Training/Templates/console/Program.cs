using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

// For research and decision support only; not a medical device.
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: dotnet run -- IMAGE…");
    return 2;
}

ImageClassificationModel model;
try
{
    model = ImageClassificationModel.Load(Path.Combine(AppContext.BaseDirectory, "model.zip"));
}
catch (SkinClassifierException error)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

// One engine for one caller at a time; several callers use a PredictionEnginePool.
using PredictionEngine engine = new(model);
bool failed = false;
foreach (ImagePrediction prediction in engine.PredictFiles(args))
{
    if (prediction.Error is not null)
    {
        Console.Error.WriteLine(prediction.Error);
        failed = true;
        continue;
    }
    string answer = prediction.Reasons.Count == 0 ? prediction.PredictedLabel! : $"no answer. {string.Join(' ', prediction.Reasons.Select(r => r.Sentence))}";
    Console.WriteLine($"{prediction.Path}: {answer}");
    foreach (LabelScore score in prediction.Scores.Take(5))
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {score.Score:0.000}  {score.Label}"));
}
return failed ? 3 : 0;
