using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SkinClassifier.Training.ParquetFiles;

namespace SkinClassifier.Tests.House;

/// <summary>The command line published trimmed and as native code trains on synthetic images and predicts; our own assemblies give no warnings.</summary>
[NonParallelizable]
[Category("Slow")]
public sealed partial class PublishTests
{
    // Assemblies of others whose code the trimmer cannot follow; what they warn about is not used here.
    private static readonly string[] KnownAssemblies = ["CsvHelper", "Google.Protobuf", "Parquet", "Microsoft.IO.RecyclableMemoryStream"];

    [TestCase("ready-to-run", "--no-self-contained")]
    [TestCase("trimmed", "--self-contained -p:PublishTrimmed=true")]
    [TestCase("native", "-p:PublishAot=true")]
    public void Published_command_line_trains_and_predicts(string kind, string arguments)
    {
        using TemporaryFolder folder = new();
        string output = folder.File("app");
        // Intermediate files of its own: the tests run from the ordinary ones.
        (int code, string log) = Run("dotnet", SharedFiles.Repository,
            $"publish SkinClassifier.Training -c Release -r {RuntimeInformation.RuntimeIdentifier} {arguments} -o \"{output}\" --nologo "
                + $"--artifacts-path \"{folder.File("artifacts")}\"");
        if (code != 0 && Missing().Match(log) is { Success: true } missing)
            Assert.Ignore($"This machine cannot publish {kind}: {missing.Value}");
        Assert.That(code, Is.Zero, log);
        string[] warnings = [.. log.Split('\n').Where(l =>
            Warning().IsMatch(l)
            && !KnownAssemblies.Any(a => l.Contains($"'{a}'", StringComparison.Ordinal) || l.Contains($"{a}.", StringComparison.Ordinal))).Distinct()];
        Assert.That(warnings, Is.Empty);
        string program = Path.Combine(output, OperatingSystem.IsWindows() ? "skinclassifier.exe" : "skinclassifier"), data = folder.File("data"),
            run = folder.File("run");
        Succeed(program, $"data demo -o \"{data}\" --per-class 6 --size 48");
        Succeed(program, $"train \"{data}\" -o \"{run}\" --group-by lesion_id --weights random --epochs 1 --image-size 32 --batch-size 16");
        string image = Directory.EnumerateFiles(data, "*.png", SearchOption.AllDirectories).First();
        Assert.That(Succeed(program, $"predict \"{Path.Combine(run, "model.zip")}\" \"{image}\" --format csv"), Does.StartWith("path,predicted,error,"));
        // Parquet is read and written by a library whose code the trimmer warns about; one row of that file holds no image.
        string images = Path.Combine(SharedFiles.Repository, "assets", "golden", "parquet", "hub.parquet"), scores = folder.File("scores");
        (code, log) = Run(program, folder.File(""), $"predict \"{Path.Combine(run, "model.zip")}\" \"{images}\" -o \"{scores}\" --format parquet");
        Assert.That(code, Is.EqualTo(3), log);
        using ParquetFile table = ParquetFile.Open(Directory.GetFiles(scores, "*.parquet").Single());
        string?[] paths = [.. table.Texts(0, table.Fields.Single(f => f.Name == "path"))], predicted =
            [.. table.Texts(0, table.Fields.Single(f => f.Name == "predicted"))];
        Assert.That((paths.Length, paths[^1], predicted.Count(p => p is { Length: > 0 })), Is.EqualTo((21, "hub.parquet#20", 20)));
    }

    private static string Succeed(string program, string arguments)
    {
        (int code, string log) = Run(program, Path.GetTempPath(), arguments);
        Assert.That(code, Is.Zero, $"{arguments}: {log}");
        return log;
    }

    private static (int Code, string Log) Run(string program, string folder, string arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + error.Result);
    }

    /// <summary>Packages or tools that the machine or its package source does not have.</summary>
    [GeneratedRegex(@"error (NU1101|NU1102|NU1301|NETSDK1127): [^\n]*|Platform linker [^\n]*not found[^\n]*")]
    private static partial Regex Missing();

    [GeneratedRegex(@"warning IL\d{4}")]
    private static partial Regex Warning();
}
