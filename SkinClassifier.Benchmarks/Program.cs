using SkinClassifier.Benchmarks.Networks;

switch (args)
{
    case ["networks", .. string[] rest]:
        return NetworkBenchmark.Run(rest);
    case ["decode", .. string[] rest]:
        return SkinClassifier.Benchmarks.Decoding.DecodeBenchmark.Run(rest);
    default:
        Console.Error.WriteLine($"usage:\n  {NetworkBenchmark.Usage}");
        return 2;
}
