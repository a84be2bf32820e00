using System.Diagnostics;

namespace SkinClassifier.Tests.House;

/// <summary>The packed library and the packed tool work in a fresh folder that knows nothing of this repository.</summary>
[NonParallelizable]
public sealed class PackagingTests
{
    private const string Consumer = """
        using SkinClassifier.Data;
        using SkinClassifier.Data.Demonstration;
        using SkinClassifier.Models;
        using SkinClassifier.Prediction;
        using SkinClassifier.Trainers;

        DemonstrationDataset.Write("drawings", perClass: 8, size: 48);
        var data = ImageDataset.FromFolder("drawings").TrainTestSplit(testFraction: 0.25, groupBy: "lesion_id");
        var trainer = new ImageClassificationTrainer(new() { Epoch = 1, ImageSize = 32, BatchSize = 8 });
        var model = trainer.Fit(data.TrainSet);
        model.Save("model.zip");
        using var engine = new PredictionEngine(ImageClassificationModel.Load("model.zip"));
        Console.WriteLine($"predicted {engine.Predict(data.TestSet.Examples[0].File!).PredictedLabel}");
        """;

    [Test]
    public void Library_and_tool_install_from_their_packages_and_run()
    {
        using TemporaryFolder folder = new();
        string feed = folder.File("feed"), version = $"0.0.1-test{Guid.NewGuid():N}";
        string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";
        foreach (string project in new[] { "SkinClassifier.Core", "SkinClassifier.Training" })
            DotNet(SharedFiles.Repository, $"pack {project} -c {configuration} --no-build -o \"{feed}\" -p:PackageVersion={version}");
        Assert.That(Directory.GetFiles(feed).Select(f => Path.GetFileName(f).Replace("." + version, "")), Is.SupersetOf(new[] { "SkinClassifier.Core.nupkg", "SkinClassifier.Core.snupkg", "SkinClassifier.Training.nupkg" }));
        CheckContent(Directory.GetFiles(feed, "SkinClassifier.Core*.nupkg").Single());

        string app = folder.File("app");
        Directory.CreateDirectory(app);
        WriteNuGetConfig(folder.File("nuget.config"), feed, folder.File("packages"));
        File.WriteAllText(Path.Combine(app, "Program.cs"), Consumer);
        File.WriteAllText(Path.Combine(app, "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable><TreatWarningsAsErrors>true</TreatWarningsAsErrors><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup><PackageReference Include="SkinClassifier.Core" Version="{version}" /></ItemGroup>
            </Project>
            """);
        Assert.That(DotNet(app, "run -c Release"), Does.Contain("predicted "));

        DotNet(app, $"tool install SkinClassifier.Training --tool-path \"{folder.File("tools")}\" --version {version}");
        string tool = folder.File(Path.Combine("tools", OperatingSystem.IsWindows() ? "skinclassifier.exe" : "skinclassifier"));
        Assert.That(Run(tool, app, $"predict model.zip {Path.Combine("drawings")} --format csv"), Does.StartWith("path,predicted,"));
    }

    private static void CheckContent(string package)
    {
        using System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.OpenRead(package);
        string[] names = [.. zip.Entries.Select(e => e.FullName)];
        Assert.That(names, Is.SupersetOf(new[] { "README.md", "LICENSE", "lib/net10.0/SkinClassifier.Core.dll", "lib/net10.0/SkinClassifier.Core.xml" }));
    }

    private static void WriteNuGetConfig(string path, string feed, string packages)
    {
        string shared = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string config = File.ReadAllText(Path.Combine(SharedFiles.Repository, "nuget.config"))
            .Replace("<clear />", $"<clear /><add key=\"local\" value=\"{feed}\" />")
            .Replace("</configuration>", $"<config><add key=\"globalPackagesFolder\" value=\"{packages}\" /></config><fallbackPackageFolders><add key=\"shared\" value=\"{shared}\" /></fallbackPackageFolders></configuration>");
        File.WriteAllText(path, config);
    }

    private static string DotNet(string folder, string arguments) => Run("dotnet", folder, arguments);

    private static string Run(string program, string folder, string arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {arguments}\n{output}\n{error.Result}");
        return output;
    }
}
