using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SkinClassifier.Benchmarks.Peers;

// ONNX Runtime as a peer of `SkinClassifier.Benchmarks networks`, which starts it for every round (docs/performance.md):
// dotnet build -c Release benchmarks/peers/OnnxRuntime
// --peer "dotnet benchmarks/peers/OnnxRuntime/bin/Release/net10.0/SkinClassifier.Benchmarks.Peers.OnnxRuntime.dll {file} {batch} {threads} {seconds}"
(string file, int batch, int threads, double seconds) =
    (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture),
        double.Parse(args[3], CultureInfo.InvariantCulture));
using SessionOptions options = new()
{
    IntraOpNumThreads = threads,
    InterOpNumThreads = 1,
    GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
};
using InferenceSession session = new(file, options);
(string input, NodeMetadata metadata) = session.InputMetadata.First();
// The first axis is the batch; others that the file leaves open are those of a usual image.
long[] shape = [batch, .. metadata.Dimensions.Skip(1).Select((side, axis) => side > 0 ? side : axis == 0 ? 3L : 224L)];
Random random = new(1);
float[] pixels = [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle())];
using OrtValue value = OrtValue.CreateTensorValueFromMemory(pixels, shape);
using RunOptions run = new();
PeerClock.Print(batch, seconds, () =>
{
    using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, [input], [value], session.OutputNames);
});
