using SkinClassifier.Backbones;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging.Formats;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.House;

/// <summary>Whatever is added to a kind also stands in its catalog, once; and the rules find what does not.</summary>
public sealed class CatalogTests
{
    private const string Networks = "SkinClassifier.Backbones.Networks";

    [TestCase(typeof(Operator), "Graphs/OperatorCatalog.cs")]
    [TestCase(typeof(ImageFormat), "Imaging/Formats/ImageFormatCatalog.cs")]
    [TestCase(typeof(IMetric), "Metrics/MetricCatalog.cs")]
    [TestCase(typeof(Augmentation), "Data/Augmentations/AugmentationCatalog.cs")]
    public void Every_type_of_a_kind_stands_in_the_catalog(Type kind, string catalog)
    {
        string[] types = CatalogRules.TypesOf(kind, kind.Assembly.GetTypes());
        Assert.That(types, Has.Length.GreaterThan(3));
        Assert.That(CatalogRules.Unlisted(types, SourceFiles.InSomeProject(catalog).Text), Is.Empty, catalog);
    }

    [Test]
    public void Every_network_of_a_network_file_stands_in_the_catalog()
    {
        Type[] types = [.. typeof(Architecture).Assembly.GetTypes().Where(t => t.Namespace == Networks && !t.IsNested)];
        Assert.That(types.Count(t => t.Name.EndsWith("Network", StringComparison.Ordinal)), Is.GreaterThan(10));
        Assert.That(CatalogRules.UnlistedNetworks(types, [.. ArchitectureCatalog.All]), Is.Empty);
    }

    [Test]
    public void A_type_that_is_not_listed_is_found()
    {
        string[] types = CatalogRules.TypesOf(typeof(Stream), [typeof(MemoryStream), typeof(FileStream), typeof(Stream), typeof(string)]);
        Assert.That(types, Is.EqualTo(new[] { "MemoryStream", "FileStream" }));
        Assert.That(CatalogRules.Unlisted(types, "[new MemoryStream(), new BufferedFileStream()]"), Is.EqualTo(new[] { "FileStream" }));
    }

    [Test]
    public void A_network_that_is_not_listed_is_found()
        => Assert.That(CatalogRules.UnlistedNetworks([typeof(SomeNetwork), typeof(EmptyNetwork)], [Architecture.MobileNetV2]),
            Is.EqualTo(new[] { "SomeNetwork.Unlisted is not in the catalog", "EmptyNetwork makes no network" }));

    [Test]
    public void Names_in_catalogs_are_unique()
    {
        Assert.That(ArchitectureCatalog.All.Select(a => a.Name), Is.Unique);
        Assert.That(MetricCatalog.All.Select(m => m.Name), Is.Unique);
        Assert.That(OperatorCatalog.OpTypes, Is.Unique);
        Assert.That(AugmentationCatalog.Names, Is.Unique);
        Assert.That(ImageFormatCatalog.Formats.Select(f => f.Name), Is.Unique);
    }

    private static class SomeNetwork
    {
        public static Architecture Listed => Architecture.MobileNetV2;

        public static Architecture Unlisted => Architecture.Vgg16;
    }

    private static class EmptyNetwork;
}
