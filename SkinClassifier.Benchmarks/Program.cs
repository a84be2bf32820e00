using SkinClassifier.Benchmarks.Decoding;
using SkinClassifier.Benchmarks.MlNet;
using SkinClassifier.Benchmarks.Networks;
using SkinClassifier.Benchmarks.TrainingSteps;

switch (args)
{
    case ["networks", .. string[] rest]:
        return NetworkBenchmark.Run(rest);
    case ["tiles", .. string[] rest]:
        return TileBenchmark.Run(rest);
    case ["layers", .. string[] rest]:
        return LayerBenchmark.Run(rest);
    case ["decode", .. string[] rest]:
        return DecodeBenchmark.Run(rest);
    case ["training", .. string[] rest]:
        return TrainingBenchmark.Run(rest);
    case ["mlnet", .. string[] rest]:
        return MlNetComparison.Run(rest, Console.Out);
    default:
        Console.Error.WriteLine($"usage:\n  {NetworkBenchmark.Usage}\n  {LayerBenchmark.Usage}\n  {TileBenchmark.Usage}\n  {TrainingBenchmark.Usage}\n  {DecodeBenchmark.Usage}\n  {MlNetComparison.Usage}");
        return 2;
}
