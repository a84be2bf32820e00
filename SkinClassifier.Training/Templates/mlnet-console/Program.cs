using System.Globalization;

// For research and decision support only; not a medical device.
ModelPool pool = new(Path.Combine(AppContext.BaseDirectory, "model.zip"));

// Images from the command line, or one path a line from the keyboard; meanwhile a changed model.zip is loaded again.
bool failed = false;
foreach (string path in args.Length > 0 ? args : Lines())
{
    try
    {
        ImagePrediction prediction = pool.Predict(path);
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
