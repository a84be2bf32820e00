using System.Diagnostics;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

/// <summary>The real dermoscopy images beside the repository.</summary>
public sealed class SharedDatasetTests
{
    private static readonly int[] HamCounts = [271, 455, 928, 101, 950, 5701, 127];

    [Test, Category("Slow")]
    public void Ham10000_is_read_split_by_lesion_and_loaded()
    {
        string folder = SharedFiles.Need("data", "ham10000");
        Stopwatch watch = Stopwatch.StartNew();
        ImageDataset dataset = ImageDataset.FromFolder(folder, new ImageDatasetOptions { GroupBy = "lesion_id" });
        TestContext.Out.WriteLine($"scan: {watch.Elapsed.TotalSeconds:0.00} s, {dataset.Warnings.Count} warnings: {string.Join(" | ", dataset.Warnings)}");
        Assert.That(dataset.Labels, Is.EqualTo(new[] { "akiec", "bcc", "bkl", "df", "mel", "nv", "vasc" }));
        Assert.That(dataset.CountByLabel(), Is.EqualTo(HamCounts));
        Assert.That(dataset.Skipped, Is.Empty);
        Assert.That(dataset.Examples.Select(e => e.Group), Is.All.StartsWith("HAM_"));

        DatasetSplits splits = dataset.Split(0.1, 0.2);
        HashSet<string?>[] groups = [.. new[] { splits.Train, splits.Validation, splits.Test }.Select(p => p.Examples.Select(e => e.Group).ToHashSet())];
        Assert.That(groups.Sum(g => g.Count), Is.EqualTo(dataset.Examples.Select(e => e.Group).Distinct().Count()), "no lesion is in two parts");

        watch.Restart();
        BatchLoader loader = new(dataset.Examples, new ImagePreprocessor(224, 224), new BatchLoaderOptions { BatchSize = 32 });
        int count = 0;
        double sum = 0;
        foreach (ImageBatch batch in loader.Load())
        {
            count += batch.Count;
            sum += batch.Pixels[batch.Pixels.Length / 2];
        }
        TestContext.Out.WriteLine($"load at 224×224: {count / watch.Elapsed.TotalSeconds:0} images/s");
        Assert.That(count, Is.EqualTo(8533));
        Assert.That(loader.Skipped, Is.Empty);
        Assert.That(sum, Is.GreaterThan(0));
    }

    [Test]
    public void Melanoma_images_load_the_same_with_any_number_of_threads()
    {
        ImageDataset dataset = ImageDataset.FromFolder(SharedFiles.Need("data", "melanoma_bm"));
        Assert.That(dataset.CountByLabel(), Is.EqualTo(new[] { 60, 60 }));
        float[][] passes = [.. new[] { 1, 3 }.Select(threads => Load(dataset, threads))];
        Assert.That(passes[0].AsSpan().SequenceEqual(passes[1]));
    }

    private static float[] Load(ImageDataset dataset, int threads)
    {
        BatchLoader loader = new(
            dataset.Examples, new ImagePreprocessor(64, 64), new BatchLoaderOptions { BatchSize = 7, Workers = new SkinClassifier.Common.WorkerPool(threads) });
        return [.. loader.Load().SelectMany(b => b.Pixels.ToArray())];
    }
}
