using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.OnnxRuntime;
using SkinClassifier.Benchmarks.Peers.FileToAnswer;

// A folder of images to scores as a careful program without this library does it: the next batch is decoded on all threads while ONNX Runtime works on the
// one before. A peer of `SkinClassifier.Benchmarks predict` (docs/performance.md):
// dotnet build -c Release benchmarks/peers/FileToAnswer
// --peer "dotnet …/SkinClassifier.Benchmarks.Peers.FileToAnswer.dll vips|skia {folder} {model} {threads}"
const int Batch = 16, Rounds = 3;
(string library, string folder, string model, int threads) = (args[0], args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
Action<byte[], int, Memory<float>> read = library == "vips" ? (content, size, planes) => Planes.Vips(content, size, planes.Span)
    : (content, size, planes) => Planes.Skia(content, size, planes.Span);
NetVips.NetVips.Concurrency = 1;
NetVips.Cache.Max = 0;
string[] files = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
using SessionOptions options = new()
{
    IntraOpNumThreads = threads,
    InterOpNumThreads = 1,
    GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
};
using InferenceSession session = new(Network(model), options);
(string input, NodeMetadata metadata) = session.InputMetadata.First();
int side = metadata.Dimensions[^1], values = 3 * side * side;
using RunOptions run = new();
List<double> speeds = [];
for (int round = -1; round < Rounds; round++)
{
    long start = Stopwatch.GetTimestamp();
    string[][] batches = [.. files.Chunk(Batch)];
    Task<float[]> next = Decode(batches[0]);
    for (int b = 0; b < batches.Length; b++)
    {
        float[] pixels = next.Result;
        if (b + 1 < batches.Length)
            next = Decode(batches[b + 1]);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(pixels, [batches[b].Length, 3, side, side]);
        using IDisposableReadOnlyCollection<OrtValue> scores = session.Run(run, [input], [value], session.OutputNames);
    }
    if (round >= 0)
        speeds.Add(files.Length / Stopwatch.GetElapsedTime(start).TotalSeconds);
}
speeds.Sort();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {speeds[Rounds / 2]:0.0} img/s best {speeds[^1]:0.0} img/s"));

Task<float[]> Decode(string[] batch) => Task.Run(() =>
{
    float[] pixels = new float[batch.Length * values];
    Parallel.For(0, batch.Length, new ParallelOptions { MaxDegreeOfParallelism = threads },
        i => read(File.ReadAllBytes(batch[i]), side, pixels.AsMemory(i * values, values)));
    return pixels;
});

static byte[] Network(string model)
{
    if (!model.EndsWith(".zip", StringComparison.Ordinal))
        return File.ReadAllBytes(model);
    using ZipArchive zip = ZipFile.OpenRead(model);
    // Beside the network there is a smaller one that prepares ML.NET's pixels; ML.NET writes the length before the content.
    using Stream stream = zip.Entries.Where(e => e.Name == "OnnxModel").MaxBy(e => e.Length)!.Open();
    using MemoryStream content = new();
    stream.CopyTo(content);
    return content.ToArray()[sizeof(int)..];
}
