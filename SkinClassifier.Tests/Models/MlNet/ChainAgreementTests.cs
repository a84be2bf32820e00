using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Tests.CommandLine;

namespace SkinClassifier.Tests.Models.MlNet;

/// <summary>
/// Scores and labels of the real ML.NET beside those of our engine, which sees each image once, too. The figures of docs/model-format.md come from the
/// slow test, which prints them.
/// </summary>
public sealed class ChainAgreementTests : FolderTests
{
    private const double MostMean = 0.01, LeastSame = 0.99, LeastSameOfLarge = 0.98;

    [Test]
    public void A_few_images_have_the_same_label_and_nearly_the_same_scores()
    {
        ImageClassificationModel model = SmallModels.Create(["red", "green", "blue"], size: 48, sharpness: 1);
        string[] files = [.. Enumerable.Range(0, 12).Select(i => _folder.File($"{i}.{(i % 2 == 0 ? "png" : "jpg")}"))];
        for (int i = 0; i < files.Length; i++)
            ChainPixelsTests.Photograph(60 + 83 * i, 300 - 20 * i).Save(files[i]);
        (double same, double mean, _) = Compare(model, files);
        Assert.That((same, mean), Is.EqualTo((1.0, 0.0)).Using<(double Same, double Mean)>((a, b) => a.Same == b.Same && Math.Abs(a.Mean - b.Mean) < 0.001));
    }

    [Test, Category("Slow")]
    public void Demo_images_have_the_same_labels([Values("crop", "pad", "stretch")] string resize)
    {
        string data = _folder.File("data"), run = _folder.File("run");
        Assert.That(Cli.Run("data", "demo", "-o", data, "--per-class", "40").Code, Is.Zero);
        Assert.That(Cli.Run("train", data, "-o", run, "--backbone", "small_cnn", "--weights", "random", "--epochs", "3", "--image-size", "64",
            "--resize", resize).Code, Is.Zero);
        ImageClassificationModel model = ImageClassificationModel.Load(Path.Combine(run, "model.zip"));
        string[] files = Some(data, 100), large = [.. files.Take(20).Select(f => Enlarge(f, 1344))];
        Check($"demo, {resize}", model, files);
        Check($"demo enlarged to 1344 pixels, {resize}", model, large, LeastSameOfLarge);
    }

    [Test, Category("Slow")]
    public void Dermoscopy_images_have_the_same_labels([Values("crop", "pad", "stretch")] string resize)
    {
        string data = SharedFiles.Need("data", "ham10000"), run = _folder.File("run");
        string network = SharedFiles.Need("backbones", "mobilenet_v2_imagenet_features.onnx");
        Assert.That(Cli.Run("train", data, "-o", run, "--backbone", network, "--epochs", "3", "--fine-tune-epochs", "0", "--limit-train", "700",
            "--resize", resize).Code, Is.Zero);
        ImageClassificationModel model = ImageClassificationModel.Load(Path.Combine(run, "model.zip"));
        string[] files = Some(data, 500);
        Check($"ham10000, {resize}", model, files);
        string[] large = [.. Some(data, 200).Select(f => Enlarge(f, 1344))];
        Check($"ham10000 enlarged to 1344 pixels, {resize}", model, large);
    }

    private void Check(string what, ImageClassificationModel model, string[] files, double leastSame = LeastSame)
    {
        (double same, double mean, string line) = Compare(model, files);
        TestContext.Out.WriteLine($"{what}: {line}");
        Assert.That(same, Is.GreaterThanOrEqualTo(leastSame), what);
        Assert.That(mean, Is.LessThanOrEqualTo(MostMean), what);
    }

    private (double Same, double Mean, string Line) Compare(ImageClassificationModel model, string[] files)
    {
        ImageClassificationModel once = model.With(model.Manifest with { TestTimeAugmentation = 1 });
        using RealChain chain = new(once, _folder);
        using SkinClassifier.Prediction.PredictionEngine engine = new(once);
        int same = 0;
        double sum = 0, largest = 0;
        long chainTime = 0, engineTime = 0;
        chain.Predict(files[0]);
        foreach (string file in files)
        {
            long start = Stopwatch.GetTimestamp();
            RealChain.Output theirs = chain.Predict(file);
            long middle = Stopwatch.GetTimestamp();
            SkinClassifier.Prediction.ImagePrediction ours = engine.Predict(file);
            (chainTime, engineTime) = (chainTime + middle - start, engineTime + Stopwatch.GetTimestamp() - middle);
            same += theirs.PredictedLabel == ours.PredictedLabel ? 1 : 0;
            for (int i = 0; i < ours.Score.Count; i++)
            {
                double difference = Math.Abs((double)ours.Score[i] - theirs.Score[i]);
                (sum, largest) = (sum + difference, Math.Max(largest, difference));
            }
        }
        double mean = sum / files.Length / once.Labels.Count, share = (double)same / files.Length;
        return (share, mean, string.Create(CultureInfo.InvariantCulture, $"{files.Length} images, same label {100 * share:0.0} %, mean difference "
            + $"{mean:0.00000}, largest {largest:0.0000}, ML.NET {Milliseconds(chainTime):0} ms, ours {Milliseconds(engineTime):0} ms an image"));

        double Milliseconds(long ticks) => Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds / files.Length;
    }

    private static string[] Some(string folder, int count)
    {
        string[] all = [.. Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".jpg" or ".png").Order(StringComparer.Ordinal)];
        return [.. Enumerable.Range(0, Math.Min(count, all.Length)).Select(i => all[(long)i * all.Length / Math.Min(count, all.Length)])];
    }

    private string Enlarge(string file, int side)
    {
        RgbImage image = RgbImage.Load(file);
        double scale = (double)side / Math.Min(image.Width, image.Height);
        string path = _folder.File($"large{Path.GetFileNameWithoutExtension(file)}.jpg");
        image.Resize((int)Math.Round(image.Width * scale), (int)Math.Round(image.Height * scale), ResizeFilter.Cubic).Save(path);
        return path;
    }
}
