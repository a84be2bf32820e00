using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Benchmarks.Costs;

/// <summary>
/// Images a second and memory against threads, batch, size of the images, classes and size of the dataset: tables as markdown and one drawing. Every point is
/// a process of its own.
/// </summary>
internal static class CostBenchmark
{
    public const string Usage = "costs [--network mobilenet_v2] [--seconds 2] [--largest 100000] [-o FILE.svg]   every point is a process of its own";

    // Where the size of a dataset is what counts, a small network keeps a million images within minutes.
    private const string Small = "small_cnn";
    private const int SmallSize = 16, UsualBatch = 8, UsualClasses = 7;

    public static int Run(string[] words)
    {
        if (Arguments.Parse(words, Usage, (0, 0), new()
        {
            ["--network"] = "mobilenet_v2",
            ["--seconds"] = "2",
            ["--largest"] = "100000",
            ["-o"] = "",
        }) is not { } options)
            return Arguments.Refused;
        int all = Environment.ProcessorCount;
        int[] threads = [.. new[] { 1, 2, 4, 8, 16, 32, 64 }.Where(t => t < all), all];
        int[] datasets = [.. new[] { 1000, 10_000, 100_000, 1_000_000 }.Where(n => n <= options.Whole("--largest"))];
        CostWork predict = new("predict", options["--network"], 0, UsualClasses, all, UsualBatch, 0, options.Number("--seconds")), step =
            predict with { Kind = "step" };
        CostWork files = predict with { Kind = "files", Network = Small, Size = SmallSize }, head = files with { Kind = "head", Classes = 2 };
        List<CostCurve> curves = [];
        foreach ((string title, CostWork work) in new[] { ("prediction", predict), ("a training step", step) })
        {
            Add(CostCurve.Measure(title, "threads", work, threads, (w, v) => w with { Threads = v }));
            Add(CostCurve.Measure(title, "images in a batch", work, [1, 2, 4, 8, 16, 32], (w, v) => w with { Batch = v }));
            Add(CostCurve.Measure(title, "side of the images in pixels", work, [96, 128, 160, 224, 320, 448], (w, v) => w with { Size = v }));
            Add(CostCurve.Measure(title, "classes", work, [2, 10, 100, 1000, 10_000], (w, v) => w with { Classes = v }));
        }
        Add(CostCurve.Measure($"files predicted, {Small}", "images of the dataset", files, datasets, (w, v) => w with { Images = v }));
        Add(CostCurve.Measure($"a head trained, {Small}", "images of the dataset", head, datasets, (w, v) => w with { Images = v }));
        if (options["-o"].Length > 0)
            AtomicFile.WriteText(options["-o"], CostChart.Draw(curves));
        return 0;

        void Add(CostCurve curve)
        {
            curves.Add(curve);
            string Row(string name, Func<(double Value, CostPoint Point), string> cell) => $"| {name} | {string.Join(" | ", curve.Points.Select(cell))} |";
            Console.WriteLine($"\n{curve.Title}, by {curve.Quantity}:\n");
            Console.WriteLine(Row("", p => p.Value.ToString("#,0", CultureInfo.InvariantCulture)));
            Console.WriteLine($"|---|{string.Concat(curve.Points.Select(_ => "---|"))}");
            Console.WriteLine(Row("images a second", p => p.Point.Speed.ToString("#,0.#", CultureInfo.InvariantCulture)));
            Console.WriteLine(Row("memory of the process, MiB", p => p.Point.Memory.ToString("#,0", CultureInfo.InvariantCulture)));
        }
    }
}
