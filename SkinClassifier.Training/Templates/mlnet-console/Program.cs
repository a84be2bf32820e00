using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ML;

// For research and decision support only; not a medical device.
ServiceCollection services = new();
services.AddPredictionEnginePool<ModelInput, ModelOutput>()
    .FromFile(modelName: string.Empty, filePath: Path.Combine(AppContext.BaseDirectory, "model.zip"), watchForChanges: true);
using ServiceProvider provider = services.BuildServiceProvider();
PredictionEnginePool<ModelInput, ModelOutput> pool = provider.GetRequiredService<PredictionEnginePool<ModelInput, ModelOutput>>();

// Images from the command line, or one path a line from the keyboard; meanwhile a changed model.zip is loaded again.
bool failed = false;
foreach (string path in args.Length > 0 ? args : Lines())
{
    try
    {
        ImagePrediction prediction = ImagePrediction.Of(pool, path);
        Console.WriteLine($"{path}: {prediction.PredictedLabel}");
        foreach (LabelScore score in prediction.Scores.Take(5))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {score.Score:0.000}  {score.Label}"));
    }
    catch (Exception error) when (error is IOException or ArgumentException or InvalidOperationException)
    {
        Console.Error.WriteLine($"{path}: {error.Message}");
        failed = true;
    }
}
return failed ? 3 : 0;

static IEnumerable<string> Lines()
{
    while (Console.ReadLine() is { } line)
        if (line.Trim().Length > 0)
            yield return line.Trim();
}
