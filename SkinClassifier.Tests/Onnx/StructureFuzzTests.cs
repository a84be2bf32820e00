using System.Diagnostics;
using System.IO.Compression;
using Google.Protobuf;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Onnx;

/// <summary>
/// Files whose structure was changed at random give a model, which can be written and run, or a <see cref="SkinClassifierException"/>, in bounded
/// time and memory.
/// </summary>
public sealed class StructureFuzzTests
{
    private const long MaxBytes = 128L << 20, MaxElements = 1 << 20;

    private static readonly ModelProto[] _files = Files();

    [Test]
    public void Six_hundred_changed_files_load_or_are_refused() => Mutate(600, 77);

    [Test]
    [Category("Slow")]
    public void Sixty_thousand_changed_files_load_or_are_refused() => Mutate(60_000, 4711);

    private static void Mutate(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        StructureMutation mutation = new(random);
        int loaded = 0, refused = 0, ran = 0, written = 0;
        for (int round = 0; round < count; round++)
        {
            ModelProto model = _files[random.NextInt32(_files.Length)].Clone();
            for (int changes = 1 + random.NextInt32(3); changes > 0; changes--)
                mutation.Apply(model);
            byte[] bytes = model.ToByteArray();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                OnnxModel read = OnnxModel.Load(bytes, "fuzzed.onnx");
                loaded++;
                _ = NetworkFacts.Of(read, "fuzzed.onnx");
                _ = FeatureTensor.Find(read.Graph);
            }
            catch (SkinClassifierException e)
            {
                refused++;
                Assert.That(e.Message, Does.StartWith("fuzzed.onnx").Or.StartWith("Graph"), () => Describe(round, model));
            }
            catch (Exception e)
            {
                Assert.Fail($"{Describe(round, model)}: {e}");
            }
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MaxBytes), () => Describe(round, model));
            try
            {
                Graph graph = OnnxModel.Load(bytes, "fuzzed.onnx").Graph;
                ran += Run(graph);
                OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = 9 + random.NextInt32(12) });
                written++;
            }
            catch (SkinClassifierException)
            {
                // refused, as it should be
            }
            catch (Exception e)
            {
                Assert.Fail($"{Describe(round, model)}: {e}");
            }
            Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(20), () => Describe(round, model));
        }
        TestContext.Out.WriteLine($"{count} files: {loaded} loaded, {refused} refused, {ran} ran, {written} written again");
        Assert.That(Math.Min(Math.Min(loaded, refused), Math.Min(ran, written)), Is.GreaterThan(count / 20));
    }

    /// <summary>Runs a graph whose values are small; 1 when it ran.</summary>
    private static int Run(Graph graph)
    {
        if (graph.Inputs.Count != 1)
            return 0;
        TensorShape shape = graph.Inputs[0].Shape;
        for (int axis = 0; axis < shape.Rank; axis++)
            if (shape[axis] == TensorShape.Free)
                shape = shape.With(axis, axis == 0 ? 2 : 16);
        Graph cut = graph.Cut(graph.Outputs[0]);
        if (cut.InferShapes(shape).Values.Sum(s => (long)s.ElementCount) > MaxElements)
            return 0;
        using InferencePlan plan = InferencePlan.Create(cut, shape);
        float[] input = new float[shape.ElementCount];
        input.AsSpan().Fill(0.5f);
        plan.Run(input, new float[plan.OutputShape.ElementCount]);
        return 1;
    }

    /// <summary>Which file it was, with its nodes.</summary>
    private static string Describe(int round, ModelProto model) => $"round {round}: {string.Join("; ", model.Graph.Node.Take(12).Select(Describe))}";

    private static string Describe(NodeProto node) =>
        $"{node.OpType}({string.Join(",", node.Input)}) {string.Join(" ", node.Attribute.Select(a => a.ToString()))}";

    private static ModelProto[] Files()
    {
        List<ModelProto> files = [ModelProto.Parser.ParseFrom(File.ReadAllBytes(SharedFiles.Asset("golden", "onnx", "small_network.onnx")))];
        using ZipArchive archive = ZipFile.OpenRead(SharedFiles.Asset("golden", "onnx", "import_cases.zip"));
        foreach (ZipArchiveEntry entry in archive.Entries.Where(e => e.FullName.EndsWith(".onnx", StringComparison.Ordinal)))
        {
            using Stream stream = entry.Open();
            files.Add(ModelProto.Parser.ParseFrom(stream));
        }
        return [.. files];
    }
}
