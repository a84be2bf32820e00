using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Backbones.Weights;

/// <summary>
/// The full name lists of torchvision and timm (assets/golden/weights/weight_names.py) fill every parameter of our networks, each once, with its
/// shape, also from files; what is missing, unknown and misshaped is said at once.
/// </summary>
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
    public void Names_and_shapes_fill_the_network(string list) => Check(list);

    [TestCaseSource(nameof(LargeLists))]
    [Category("Slow")]
    public void Names_and_shapes_fill_the_large_network(string list) => Check(list);

    private static Architecture NetworkOf(string list) => Architecture.Parse(list.Split('.')[0]);

    private static void Check(string list)
    {
        Backbone backbone = NetworkOf(list).Build(new BackboneOptions { SkipInitialization = true });
        List<(string Name, TensorShape Shape, bool IsFloat)> tensors = Read(list);
        WeightReport report = new(backbone, list);
        Dictionary<string, string> sources = BackboneWeights.Match(backbone, tensors, report);
        Assert.That(() => report.ThrowIfWrong(), Throws.Nothing);
        Assert.That(report.Kept, Is.Empty);
        Assert.That(sources.Keys, Is.EquivalentTo(backbone.Graph.Parameters.Keys));
        Assert.That(sources.Values, Is.Unique);
        Assert.That(tensors.Select(t => t.Name).Except(sources.Values)
            .Where(n => !n.EndsWith("num_batches_tracked", StringComparison.Ordinal) && !n.StartsWith("AuxLogits.", StringComparison.Ordinal)), Is.Empty);

        using TemporaryFolder folder = new();
        string path = folder.File("net.safetensors");
        Dictionary<string, Half> marks = WriteMarked(path, tensors);
        Assert.That(BackboneWeights.Load(backbone, path), Is.Empty);
        foreach ((string name, Tensor value) in backbone.Graph.Parameters)
            Assert.That((Half)value.Values[0], Is.EqualTo(marks[sources[name]]), name);

        string[] needed = [.. backbone.Features().Parameters.Keys.Order(StringComparer.Ordinal)];
        string missing = needed[needed.Length / 3], misshaped = needed[2 * needed.Length / 3];
        tensors.RemoveAll(t => t.Name == sources[missing]);
        int at = tensors.FindIndex(t => t.Name == sources[misshaped]);
        tensors[at] = tensors[at] with { Shape = new TensorShape(2, 1, 7) };
        tensors.Add(("spoiler.weight", new TensorShape(3), true));
        WriteMarked(path, tensors);
        Assert.That(() => BackboneWeights.Load(backbone, path), Throws.InstanceOf<ShapeMismatchException>()
            .With.Message.Contains($"1 missing: {missing}").And.Message.Contains("1 unknown: spoiler.weight")
            .And.Message.Contains($"1 of another shape: {misshaped} (expected [").And.Message.Contains("received [2,1,7]"));
    }

    /// <summary>
    /// Writes a file of all tensors as zeros in half precision, whose holes take no room on the disk, and a number of its own into the first element
    /// of each.
    /// </summary>
    private static Dictionary<string, Half> WriteMarked(string path, IReadOnlyList<(string Name, TensorShape Shape, bool IsFloat)> tensors)
    {
        Dictionary<string, object> header = [];
        Dictionary<string, long> starts = [];
        long end = 0;
        foreach ((string name, TensorShape shape, bool isFloat) in tensors)
        {
            starts[name] = end;
            end += (isFloat ? 2L : 8L) * shape.ElementCount;
            header[name] = new Dictionary<string, object>
            {
                ["dtype"] = isFloat ? "F16" : "I64",
                ["shape"] = shape.Lengths.ToArray(),
                ["data_offsets"] = new[] { starts[name], end }
            };
        }
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header), length = new byte[8], value = new byte[2];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        using FileStream stream = File.Create(path);
        stream.Write(length);
        stream.Write(json);
        stream.SetLength(8 + json.Length + end);
        Dictionary<string, Half> marks = [];
        foreach ((string name, _, bool isFloat) in tensors)
        {
            marks[name] = isFloat ? (Half)(1 + marks.Count) : default;
            BinaryPrimitives.WriteHalfLittleEndian(value, marks[name]);
            stream.Position = 8 + json.Length + starts[name];
            stream.Write(value);
        }
        return marks;
    }

    private static List<(string Name, TensorShape Shape, bool IsFloat)> Read(string list)
    {
        using ZipArchive archive = ZipFile.OpenRead(SharedFiles.Asset("golden", "weights", "weight_names.zip"));
        using StreamReader reader = new(archive.GetEntry(list + ".tsv")!.Open());
        List<(string, TensorShape, bool)> tensors = [];
        while (reader.ReadLine() is string line)
        {
            string[] f = line.Split('\t');
            tensors.Add((f[0], new TensorShape([.. f[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]),
                !f[0].EndsWith("num_batches_tracked", StringComparison.Ordinal)));
        }
        return tensors;
    }
}
