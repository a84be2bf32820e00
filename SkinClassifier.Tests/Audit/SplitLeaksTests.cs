using SkinClassifier.Audit;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Tests.Audit;

public sealed class SplitLeaksTests : FolderTests
{
    private const int Length = 64;

    [TestCase(240, true)]
    [TestCase(150, false, Description = "too few images for a space")]
    public void Images_of_nearly_the_same_features_in_different_sets_are_leaks(int count, bool isFound)
    {
        (ImageExample[][] sets, float[] rows) = Sets(count);
        bool[] isKnown = [.. Enumerable.Repeat(true, count)];
        Assert.That(Pairs(sets, null), Is.Empty, "the hashes say nothing");
        Assert.That(Pairs(sets, (rows, Length, isKnown)), Is.EqualTo(isFound ? [("3", $"{count - 2}")] : Array.Empty<(string, string)>()));
        isKnown[3] = false;
        Assert.That(Pairs(sets, (rows, Length, isKnown)), Is.Empty, "features that are not known count for nothing");
        Assert.That(Pairs([[.. sets[0], .. sets[1]]], (rows, Length, isKnown)), Is.Empty, "one set has no leaks");
    }

    [Test]
    public void Features_come_from_the_cache_of_the_runs_network_alone()
    {
        (ImageExample[][] sets, _) = Sets(4);
        ImageExample[] examples = Duplicates.WithHashes([.. sets.SelectMany(s => s)], WorkerPool.Shared);
        ImageClassificationTrainerOptions options = new() { Arch = Architecture.SmallCnn, ImageSize = 32 };
        Assert.That(CachedFeatures.Find(options, examples), Is.Null, "no workspace");
        string workspace = _folder.File("workspace");
        options = options with { WorkspacePath = workspace };
        Assert.That(CachedFeatures.Find(options, examples), Is.Null, "no cache");
        LoadedBackbone backbone = LoadedBackbone.Load(options);
        FeatureCache cache = new(workspace, FeatureCache.NameOf(backbone.Features, backbone.Preprocessor), backbone.FeatureCount, Assert.Fail);
        float[] features = [.. Enumerable.Range(0, backbone.FeatureCount).Select(i => 0.5f + i)];
        cache.Add(examples[2].ContentHash!, features);
        cache.Save();
        (float[] rows, int length, bool[] isKnown) = CachedFeatures.Find(options, examples)!.Value;
        Assert.That(isKnown, Is.EqualTo(new[] { false, false, true, false }));
        Assert.That(rows.AsSpan(2 * length, length).ToArray(), Is.EqualTo(features));
        Assert.That(CachedFeatures.Find(options with { ImageSize = 64 }, examples), Is.Null, "features of another size are others");
    }

    private static (string, string)[] Pairs(ImageExample[][] sets, (float[], int, bool[])? features) =>
        [.. SplitLeaks.Find(sets, features)!.Select(p => (p.First.Path, p.Second.Path))];

    /// <summary>Images of noise, the last tenth in a second set, and features of which rows 3 and N − 2 are nearly the same.</summary>
    private static (ImageExample[][] Sets, float[] Rows) Sets(int count)
    {
        SeededRandom random = new(8, 1);
        ImageSource[] sources = [.. Enumerable.Range(0, count).Select(i =>
        {
            RgbImage image = new(24, 24);
            foreach (ref byte value in image.Pixels)
                value = (byte)random.NextInt32(256);
            return new ImageSource($"{i}", i % 2 == 0 ? "a" : "b", image.EncodePng());
        })];
        float[] rows = new float[count * Length];
        foreach (ref float value in rows.AsSpan())
            value = (float)random.NextGaussian();
        for (int k = 0; k < Length; k++)
            rows[(count - 2) * Length + k] = rows[Math.Min(3, count - 1) * Length + k] + 0.001f * k;
        IReadOnlyDictionary<string, ImageExample> examples = ImageDataset.FromMemory(sources).Examples.ToDictionary(e => e.Path);
        ImageExample[] ordered = [.. Enumerable.Range(0, count).Select(i => examples[$"{i}"])];
        int first = count - Math.Max(2, count / 10);
        return ([ordered[..first], ordered[first..]], rows);
    }
}
