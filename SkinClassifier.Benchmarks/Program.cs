using SkinClassifier.Benchmarks;
using SkinClassifier.Benchmarks.Costs;
using SkinClassifier.Benchmarks.Decoding;
using SkinClassifier.Benchmarks.EndToEnd;
using SkinClassifier.Benchmarks.Networks;
using SkinClassifier.Benchmarks.Serving;
using SkinClassifier.Benchmarks.TrainingSteps;

switch (args)
{
    case ["all", .. string[] rest]:
        return AllBenchmarks.Run(rest);
    case ["networks", .. string[] rest]:
        return NetworkBenchmark.Run(rest);
    case ["architectures", .. string[] rest]:
        return ArchitectureBenchmark.Run(rest);
    case ["tiles", .. string[] rest]:
        return TileBenchmark.Run(rest);
    case ["layers", .. string[] rest]:
        return LayerBenchmark.Run(rest);
    case ["decode", .. string[] rest]:
        return DecodeBenchmark.Run(rest);
    case ["training", .. string[] rest]:
        return TrainingBenchmark.Run(rest);
    case ["predict", .. string[] rest]:
        return PredictBenchmark.Run(rest);
    case ["explain", .. string[] rest]:
        return ExplainBenchmark.Run(rest);
    case ["features", .. string[] rest]:
        return FeatureBenchmark.Run(rest);
    case ["start", .. string[] rest]:
        return StartBenchmark.Run(rest);
    case ["memory", .. string[] rest]:
        return MemoryBenchmark.Run(rest);
    case [MemoryBenchmark.Child, string model]:
        return MemoryBenchmark.RunChild(model, forPrediction: false);
    case [MemoryBenchmark.PredictionChild, string model]:
        return MemoryBenchmark.RunChild(model, forPrediction: true);
    case ["allocations", .. string[] rest]:
        return AllocationBenchmark.Run(rest);
    case ["costs", .. string[] rest]:
        return CostBenchmark.Run(rest);
    case [CostWork.Child, .. string[] rest]:
        return CostWork.RunChild(rest);
    case ["serving", .. string[] rest]:
        return ServingLoad.Run(rest);
    case ["server", .. string[] rest]:
        return ServerBenchmark.Run(rest);
    default:
        string[] usages = [AllBenchmarks.Usage, NetworkBenchmark.Usage, ArchitectureBenchmark.Usage, LayerBenchmark.Usage, TileBenchmark.Usage,
            TrainingBenchmark.Usage, DecodeBenchmark.Usage, PredictBenchmark.Usage, ExplainBenchmark.Usage, FeatureBenchmark.Usage,
            StartBenchmark.Usage, MemoryBenchmark.Usage, AllocationBenchmark.Usage, CostBenchmark.Usage, ServingLoad.Usage, ServerBenchmark.Usage];
        Console.Error.WriteLine($"usage:\n  {string.Join("\n  ", usages)}");
        return 2;
}
