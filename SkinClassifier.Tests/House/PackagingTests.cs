using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using SkinClassifier.Tests.CommandLine;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.House;

/// <summary>The packed library, the packed tool and the projects that `new` writes work in fresh folders that know nothing of this repository.</summary>
[NonParallelizable]
public sealed class PackagingTests
{
    private const string Consumer = """
        using SkinClassifier.Data;
        using SkinClassifier.Data.Synthetic;
        using SkinClassifier.Models;
        using SkinClassifier.Prediction;
        using SkinClassifier.Trainers;

        SyntheticDataset.Write("synthetic images", perClass: 8, size: 48);
        var data = ImageDataset.FromFolder("synthetic images").TrainTestSplit(testFraction: 0.25, groupBy: "lesion_id");
        var trainer = new ImageClassificationTrainer(new() { Epoch = 1, ImageSize = 32, BatchSize = 8 });
        var model = trainer.Fit(data.TrainSet);
        model.Save("model.zip");
        using var engine = new PredictionEngine(ImageClassificationModel.Load("model.zip"));
        Console.WriteLine($"predicted {engine.Predict(data.TestSet.Examples[0].File!).PredictedLabel}");
        """;

    private readonly string _version = $"0.0.1-test{Guid.NewGuid():N}";
    private TemporaryFolder _folder = null!;
    private string _feed = "";

    /// <summary>Packs once for all tests; each works in a folder of its own below, with the repository's package source and a package cache of this run.</summary>
    [OneTimeSetUp]
    public void Pack()
    {
        _folder = new TemporaryFolder();
        _feed = _folder.File("feed");
        string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";
        foreach (string project in new[] { "SkinClassifier.Engine", "SkinClassifier.Core", "SkinClassifier.Hosting", "SkinClassifier.Training" })
            DotNet(SharedFiles.Repository, $"pack {project} -c {configuration} --no-build -o \"{_feed}\" -p:PackageVersion={_version}");
        WriteNuGetConfig(_folder.File("nuget.config"), _folder.File("packages"));
    }

    [OneTimeTearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void Library_and_tool_install_from_their_packages_and_run()
    {
        Assert.That(Directory.GetFiles(_feed).Select(f => Path.GetFileName(f).Replace("." + _version, "")), Is.SupersetOf(new[] { "SkinClassifier.Core.nupkg", "SkinClassifier.Core.snupkg", "SkinClassifier.Hosting.nupkg", "SkinClassifier.Training.nupkg" }));
        CheckContent(Directory.GetFiles(_feed, "SkinClassifier.Core*.nupkg").Single());

        string app = _folder.File("app");
        Directory.CreateDirectory(app);
        File.WriteAllText(Path.Combine(app, "Program.cs"), Consumer);
        File.WriteAllText(Path.Combine(app, "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable><TreatWarningsAsErrors>true</TreatWarningsAsErrors><NuGetAudit>false</NuGetAudit><RestoreAdditionalProjectSources>{_feed}</RestoreAdditionalProjectSources></PropertyGroup>
              <ItemGroup><PackageReference Include="SkinClassifier.Core" Version="{_version}" /></ItemGroup>
            </Project>
            """);
        Assert.That(DotNet(app, "run -c Release"), Does.Contain("predicted "));

        DotNet(app, $"tool install SkinClassifier.Training --tool-path \"{_folder.File("tools")}\" --version {_version} --add-source \"{_feed}\"");
        string tool = _folder.File(Path.Combine("tools", OperatingSystem.IsWindows() ? "skinclassifier.exe" : "skinclassifier"));
        Assert.That(Run(tool, app, $"predict model.zip {Path.Combine("synthetic images")} --format csv"), Does.StartWith("path,predicted,"));
    }

    [Test]
    public void A_written_console_project_builds_and_predicts()
    {
        string app = Written("console", "new-console", ["red", "green", "blue"]);
        SmallModels.Plain(230, 10, 10).Save(Path.Combine(app, "a red.png"));
        string program = Path.Combine(app, "bin", "Release", "net10.0", "new-console.dll");
        Assert.That(DotNet(app, $"\"{program}\" \"a red.png\"").ReplaceLineEndings("\n"), Is.EqualTo("a red.png: red\n  1.000  red\n  0.000  blue\n  0.000  green\n").Or.EqualTo("a red.png: red\n  1.000  red\n  0.000  green\n  0.000  blue\n"));
        Assert.That(Start(app, program, "none.png", out string error), Is.EqualTo(3));
        Assert.That(error, Does.Contain("none.png"));
        Assert.That(Start(app, program, "", out error), Is.EqualTo(2));
    }

    [Test]
    public async Task A_written_web_project_builds_predicts_and_takes_over_a_new_model()
    {
        string app = Written("webapi", "new-web", ["red", "green", "blue"]), bin = Path.Combine(app, "bin", "Release", "net10.0");
        using Process server = Process.Start(new ProcessStartInfo("dotnet", $"\"{Path.Combine(bin, "new-web.dll")}\" --urls http://127.0.0.1:0") { WorkingDirectory = app, RedirectStandardOutput = true })!;
        try
        {
            string address = "";
            while (address.Length == 0 && await server.StandardOutput.ReadLineAsync() is { } line)
                address = Regex.Match(line, @"Now listening on: (http://\S+)").Groups[1].Value;
            Assert.That(address, Is.Not.Empty, "the server ended before it listened");
            _ = server.StandardOutput.ReadToEndAsync();
            using HttpClient client = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
            HttpResponseMessage answer = await client.PostAsync("/predict", new ByteArrayContent(SmallModels.Plain(10, 10, 240).EncodePng()));
            JsonElement prediction = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            Assert.That(prediction.GetProperty("predicted").GetString(), Is.EqualTo("blue"));
            Assert.That(prediction.GetProperty("scores").EnumerateArray().Select(s => s.GetProperty("score").GetDouble()), Is.Ordered.Descending);
            answer = await client.PostAsync("/predict", new ByteArrayContent([1, 2, 3]));
            Assert.That((int)answer.StatusCode, Is.EqualTo(422), await answer.Content.ReadAsStringAsync());
            Assert.That(await client.GetStringAsync("/health"), Is.EqualTo("Healthy"));
            SmallModels.Create(["one", "two", "three"]).Save(Path.Combine(bin, "model.zip"));
            string labels = "";
            for (int i = 0; i < 300 && !labels.Contains("three", StringComparison.Ordinal); i++, await Task.Delay(100))
                labels = await client.GetStringAsync("/labels");
            Assert.That(labels, Is.EqualTo("""["one","two","three"]"""));
            Assert.That(await client.GetStringAsync("/models"), Does.Contain("\"reloads\":1"));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Writes a project with `new`, which also restores it, and builds it.</summary>
    private string Written(string kind, string name, string[] labels)
    {
        string app = _folder.File(name), model = _folder.File($"{name}.zip");
        SmallModels.Create(labels).Save(model);
        (int code, _, string error) = Cli.Run("new", kind, "-o", app, "--model", model, "--package-source", _feed);
        Assert.That(code, Is.Zero, error);
        DotNet(app, "build -c Release --no-restore -p:TreatWarningsAsErrors=true");
        return app;
    }

    private static int Start(string folder, string program, string arguments, out string error)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", $"\"{program}\" {arguments}") { WorkingDirectory = folder, RedirectStandardError = true })!;
        error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void CheckContent(string package)
    {
        using System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.OpenRead(package);
        string[] names = [.. zip.Entries.Select(e => e.FullName)];
        Assert.That(names, Is.SupersetOf(new[] { "README.md", "LICENSE", "lib/net10.0/SkinClassifier.Core.dll", "lib/net10.0/SkinClassifier.Core.xml" }));
    }

    private static void WriteNuGetConfig(string path, string packages)
    {
        string shared = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string config = File.ReadAllText(Path.Combine(SharedFiles.Repository, "nuget.config"))
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
