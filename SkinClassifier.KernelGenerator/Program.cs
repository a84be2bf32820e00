using SkinClassifier.KernelGenerator;

if (args.Length != 1 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: dotnet run --project SkinClassifier.KernelGenerator -- SkinClassifier.Engine/Kernels/Generated");
    return 2;
}
foreach ((string name, string content) in KernelFiles.All())
    File.WriteAllText(Path.Combine(args[0], name), content);
return 0;
