using System.Text.RegularExpressions;
using SkinClassifier.Backbones;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging.Formats;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.House;

/// <summary>Whatever is added to a kind also stands in its catalog, once.</summary>
public sealed class CatalogTests
{
    [TestCase(typeof(Operator), "Graphs/OperatorCatalog.cs")]
    [TestCase(typeof(ImageFormat), "Imaging/Formats/ImageFormatCatalog.cs")]
    [TestCase(typeof(IMetric), "Metrics/MetricCatalog.cs")]
    [TestCase(typeof(Augmentation), "Data/Augmentations/AugmentationCatalog.cs")]
    public void Every_type_of_a_kind_stands_in_the_catalog(Type kind, string catalog)
    {
        string source = File.ReadAllText(Path.Combine(SharedFiles.Repository, "SkinClassifier.Core", catalog));
        string[] missing = [.. kind.Assembly.GetTypes().Where(t => t is { IsAbstract: false, IsInterface: false } && kind.IsAssignableFrom(t))
            .Select(t => t.Name.Split('`')[0]).Where(name => !Regex.IsMatch(source, $@"\b{name}\b"))];
        Assert.That(missing, Is.Empty, catalog);
    }

    [Test]
    public void Every_network_file_stands_in_the_catalog()
    {
        string source = File.ReadAllText(Path.Combine(SharedFiles.Repository, "SkinClassifier.Core", "Backbones", "Architecture.cs"))
            + File.ReadAllText(Path.Combine(SharedFiles.Repository, "SkinClassifier.Core", "Backbones", "ArchitectureCatalog.cs"));
        string[] networks = [.. typeof(Architecture).Assembly.GetTypes().Select(t => t.Name).Where(n => n.EndsWith("Network", StringComparison.Ordinal) && n != "TrainingNetwork" && n != "CompiledNetwork")];
        Assert.That(networks.Where(n => typeof(Architecture).Assembly.GetTypes().Any(t => t.Name == n && t.Namespace == typeof(Architecture).Namespace && !Regex.IsMatch(source, $@"\b{n}\b"))), Is.Empty);
        Assert.That(ArchitectureCatalog.All.Select(a => a.Name), Is.Unique);
    }

    [Test]
    public void Names_in_catalogs_are_unique()
    {
        Assert.That(MetricCatalog.All.Select(m => m.Name), Is.Unique);
        Assert.That(OperatorCatalog.OpTypes, Is.Unique);
        Assert.That(AugmentationCatalog.Names, Is.Unique);
        Assert.That(ImageFormatCatalog.Formats.Select(f => f.Name), Is.Unique);
    }
}
