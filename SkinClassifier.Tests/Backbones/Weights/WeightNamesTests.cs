using System.IO.Compression;
using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Backbones.Weights;

/// <summary>The full name lists of torchvision and timm (assets/golden/weights/weight_names.py) fill every parameter of our networks, each once, with its shape.</summary>
public sealed class WeightNamesTests
{
    private const long NormalLimit = 30_000_000;

    private static IEnumerable<string> Lists()
    {
        using ZipArchive archive = ZipFile.OpenRead(SharedFiles.Asset("golden", "weights", "weight_names.zip"));
        return [.. archive.Entries.Select(e => e.FullName[..^4])];
    }

    private static IEnumerable<string> SmallLists => Lists().Where(l => NetworkOf(l).ParameterCount <= NormalLimit);

    private static IEnumerable<string> LargeLists => Lists().Where(l => NetworkOf(l).ParameterCount > NormalLimit);

    [TestCaseSource(nameof(SmallLists))]
    public void NamesAndShapesFillTheNetwork(string list) => Check(list);

    [TestCaseSource(nameof(LargeLists))]
    [Category("Slow")]
    public void NamesAndShapesFillTheLargeNetwork(string list) => Check(list);

    private static Architecture NetworkOf(string list) => Architecture.Parse(list.Split('.')[0]);

    private static void Check(string list)
    {
        Backbone backbone = NetworkOf(list).Build();
        List<(string Name, TensorShape Shape, bool IsFloat)> tensors = Read(list);
        WeightReport report = new(backbone, list);
        Dictionary<string, string> sources = BackboneWeights.Match(backbone, tensors, report);
        Assert.That(() => report.ThrowIfWrong(), Throws.Nothing);
        Assert.That(report.Kept, Is.Empty);
        Assert.That(sources.Keys, Is.EquivalentTo(backbone.Graph.Parameters.Keys));
        Assert.That(sources.Values, Is.Unique);
        Assert.That(tensors.Select(t => t.Name).Except(sources.Values).Where(n => !n.EndsWith("num_batches_tracked", StringComparison.Ordinal) && !n.StartsWith("AuxLogits.", StringComparison.Ordinal)), Is.Empty);
    }

    private static List<(string Name, TensorShape Shape, bool IsFloat)> Read(string list)
    {
        using ZipArchive archive = ZipFile.OpenRead(SharedFiles.Asset("golden", "weights", "weight_names.zip"));
        using StreamReader reader = new(archive.GetEntry(list + ".tsv")!.Open());
        List<(string, TensorShape, bool)> tensors = [];
        while (reader.ReadLine() is string line)
        {
            string[] f = line.Split('\t');
            tensors.Add((f[0], new TensorShape([.. f[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]), !f[0].EndsWith("num_batches_tracked", StringComparison.Ordinal)));
        }
        return tensors;
    }
}
