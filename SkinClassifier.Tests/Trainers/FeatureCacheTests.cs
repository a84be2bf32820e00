using SkinClassifier.Trainers.Features;

namespace SkinClassifier.Tests.Trainers;

public sealed class FeatureCacheTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("skinclassifier-cache-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_was_saved_is_found_again_and_nothing_else()
    {
        FeatureCache cache = Open(out _);
        cache.Add(FeatureCache.KeyOf([1, 2]), [1.5f, -2, float.MaxValue]);
        cache.Add(FeatureCache.KeyOf([3]), [0, 1e-30f, 7]);
        cache.Save();
        FeatureCache again = Open(out List<string> warnings);
        float[] row = new float[3];
        Assert.That(warnings, Is.Empty);
        Assert.That(again.Count, Is.EqualTo(2));
        Assert.That(again.TryGet(FeatureCache.KeyOf([1, 2]), row), Is.True);
        Assert.That(row, Is.EqualTo(new[] { 1.5f, -2, float.MaxValue }));
        Assert.That(again.TryGet(FeatureCache.KeyOf([1, 3]), row), Is.False);
    }

    [Test]
    public void A_damaged_file_is_reported_and_not_used_wherever_the_damage_is()
    {
        FeatureCache cache = Open(out _);
        cache.Add(FeatureCache.KeyOf([1]), [1, 2, 3]);
        cache.Save();
        string file = Directory.GetFiles(_folder).Single();
        byte[] good = File.ReadAllBytes(file);
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x10;
            File.WriteAllBytes(file, bad);
            Assert.That(Open(out List<string> warnings).Count, Is.Zero, $"byte {at}");
            Assert.That(warnings, Has.Count.EqualTo(1).And.All.Contains(file), $"byte {at}");
        }
        foreach (int length in new[] { 0, 10, good.Length - 1 })
        {
            File.WriteAllBytes(file, good[..length]);
            Assert.That(Open(out List<string> warnings).Count, Is.Zero, $"length {length}");
            Assert.That(warnings, Has.Count.EqualTo(1), $"length {length}");
        }
    }

    private FeatureCache Open(out List<string> warnings)
    {
        List<string> list = [];
        warnings = list;
        return new FeatureCache(_folder, "test", 3, list.Add);
    }
}
