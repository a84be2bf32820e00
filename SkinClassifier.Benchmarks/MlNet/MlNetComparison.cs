using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Imaging;
using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Benchmarks.MlNet;

/// <summary>
/// How much scores and accuracy change when ML.NET's pixels are used instead of our reader's, on the test set of a run of `train`;
/// prints a table. Every image is seen once, as ML.NET does, whatever number of views the model's manifest names. With --photograph every image is
/// first enlarged until its shorter side has that many pixels and gets the grain of a camera (standard deviation 6 of 255), because large photographs
/// are where the filters differ.
/// </summary>
internal static class MlNetComparison
{
    public const string Usage = "mlnet RUN DATA [--limit IMAGES] [--photograph PIXELS] [--reduce 1,1.5,2,3,4]";
    private const int ImagesAtOnce = 4 * ImageScorer.Group;

    public static int Run(string[] arguments, TextWriter output)
    {
        if (Arguments.Parse(arguments, Usage, (2, 2), new() { ["--limit"] = "0", ["--photograph"] = "0", ["--reduce"] = "1,1.5,2,3,4" }) is not { } options)
            return Arguments.Refused;
        List<string> folders = options.Names;
        ImageClassificationModel model = ImageClassificationModel.Load(Path.Combine(folders[0], "model.zip"));
        ImageExample[] examples = TestPart(folders[0], folders[1], options.Whole("--limit"));
        double[] reductions = options.Numbers("--reduce");
        int photograph = options.Whole("--photograph");
        ImageView[] views = [.. ImageView.All(model, reductions)];
        (float[][] scores, double side) = Score(model, examples, views, photograph);
        Print(output, model, examples, views, scores, side);
        return 0;
    }

    private static ImageExample[] TestPart(string run, string data, int limit)
    {
        CsvTable splits = CsvTable.Read(Path.Combine(run, "splits.csv"));
        int path = splits.IndexOf("path"), part = splits.IndexOf("part");
        HashSet<string> test = [.. splits.Rows.Where(r => r[part] == "test").Select(r => r[path])];
        ImageExample[] examples = [.. ImageDataset.FromFolder(data, new ImageDatasetOptions { CheckImages = false, CheckDuplicates = false })
            .Examples.Where(e => test.Contains(e.Path))];
        return limit == 0 || limit >= examples.Length ? examples : [.. Enumerable.Range(0, limit).Select(i => examples[(long)i * examples.Length / limit])];
    }

    private static (float[][] Scores, double Side) Score(ImageClassificationModel model, ImageExample[] examples, ImageView[] views, int photograph)
    {
        using ImageScorer scorer = new(model, new PlanOptions { Workers = WorkerPool.Shared }, views: 1);
        float[][] scores = [.. views.Select(_ => new float[examples.Length * scorer.OutputCount])];
        float[] pixels = new float[views.Length * ImagesAtOnce * scorer.ImageLength];
        long[] sides = new long[examples.Length];
        for (int first = 0; first < examples.Length; first += ImagesAtOnce)
        {
            int count = Math.Min(ImagesAtOnce, examples.Length - first), start = first;
            WorkerPool.Shared.Run(count, i =>
            {
                RgbImage photo = RgbImage.Decode(examples[start + i].ReadContent(), name: examples[start + i].Path);
                if (photograph > 0)
                    photo = Photograph(photo, photograph, start + i);
                sides[start + i] = Math.Min(photo.Width, photo.Height);
                for (int v = 0; v < views.Length; v++)
                    model.Preprocessor.Apply(views[v].Fit(photo), pixels.AsSpan((v * ImagesAtOnce + i) * scorer.ImageLength, scorer.ImageLength));
            });
            for (int v = 0; v < views.Length; v++)
                scorer.Score(pixels.AsSpan(v * ImagesAtOnce * scorer.ImageLength, count * scorer.ImageLength),
                    scores[v].AsSpan(first * scorer.OutputCount, count * scorer.OutputCount));
        }
        return (scores, sides.Average());
    }

    private static RgbImage Photograph(RgbImage image, int side, int seed)
    {
        double scale = (double)side / Math.Min(image.Width, image.Height);
        RgbImage photo = image.Resize((int)Math.Round(image.Width * scale), (int)Math.Round(image.Height * scale), ResizeFilter.Cubic);
        SeededRandom random = new((ulong)seed + 1);
        Span<byte> pixels = photo.Pixels;
        for (int i = 0; i < pixels.Length; i += 2)
        {
            // The sum of four bytes has mean 510 and standard deviation 148, close to a normal distribution.
            ulong bits = random.NextUInt64();
            for (int k = 0; k < 2 && i + k < pixels.Length; k++, bits >>= 32)
            {
                int sum = (int)((bits & 0xFF) + (bits >> 8 & 0xFF) + (bits >> 16 & 0xFF) + (bits >> 24 & 0xFF));
                pixels[i + k] = (byte)Math.Clamp((int)Math.Round(pixels[i + k] + (sum - 510) * (6 / 148.0)), 0, 255);
            }
        }
        return photo;
    }

    private static void Print(TextWriter output, ImageClassificationModel model, ImageExample[] examples, ImageView[] views, float[][] scores, double side)
    {
        int[] actual = [.. examples.Select(e => model.Labels.ToList().IndexOf(e.Label))];
        int classes = model.Labels.Count;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model.Manifest.Backbone}, input {model.Manifest.Width}×{model.Manifest.Height}, {model.Manifest.Preprocessing.Resize}, "
                + $"{model.Manifest.Preprocessing.Filter} filter; {examples.Length} test images, shorter side {side:0} pixels on average\n"));
        output.WriteLine(
            "| pixels | largest difference in a score | mean | other class predicted | micro accuracy | macro accuracy |\n|---|---|---|---|---|---|");
        for (int v = 0; v < views.Length; v++)
        {
            double largest = 0, sum = 0;
            int changed = 0;
            for (int n = 0; n < examples.Length; n++)
            {
                ReadOnlySpan<float> ours = scores[0].AsSpan(n * classes, classes), theirs = scores[v].AsSpan(n * classes, classes);
                for (int k = 0; k < classes; k++)
                {
                    double difference = Math.Abs((double)ours[k] - theirs[k]);
                    largest = Math.Max(largest, difference);
                    sum += difference;
                }
                if (System.Numerics.Tensors.TensorPrimitives.IndexOfMax(ours) != System.Numerics.Tensors.TensorPrimitives.IndexOfMax(theirs))
                    changed++;
            }
            ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(model.Labels, actual, scores[v]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {views[v].Name} | {largest:0.000} | {sum / (examples.Length * classes):0.0000} | {100.0 * changed / examples.Length:0.0} % | "
                    + $"{metrics.MicroAccuracy:0.000} | {metrics.MacroAccuracy:0.000} |"));
        }
    }
}
