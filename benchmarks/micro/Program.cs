using BenchmarkDotNet.Running;
using SkinClassifier.Benchmarks.Micro;

// Single kernels and codecs, each by itself on one thread. What a user waits for is measured by SkinClassifier.Benchmarks.
// dotnet run -c Release --project benchmarks/micro -- --filter "*" --job short
BenchmarkSwitcher.FromAssembly(typeof(Codecs).Assembly).Run(args);
