using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Tests.CommandLine;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.House;

/// <summary>The packed library, the packed tool and the projects that `new` writes work in fresh folders that know nothing of this repository.</summary>
[NonParallelizable]
public sealed class PackagingTests
{
    private const string Consumer = """
        using SkinClassifier.Data;
        using SkinClassifier.Models;
        using SkinClassifier.Prediction;
        using SkinClassifier.Trainers;

        var data = ImageDataset.FromFolder("photos").TrainTestSplit(testFraction: 0.25, groupBy: "lesion_id");
        var trainer = new ImageClassificationTrainer(new() { Epoch = 1, ImageSize = 32, BatchSize = 8 });
        var model = trainer.Fit(data.TrainSet);
        model.Save("model.zip");
        using var engine = new PredictionEngine(ImageClassificationModel.Load("model.zip"));
        Console.WriteLine($"predicted {engine.Predict(data.TestSet.Examples[0].File!).PredictedLabel}");
        """;

    private readonly string _version = $"0.0.1-test{Guid.NewGuid():N}";
    private TemporaryFolder _folder = null!;
    private string _feed = "";

    /// <summary>
    /// Packs once for all tests; each works in a folder of its own below, with the repository's package source and a package cache of this run.
    /// </summary>
    [OneTimeSetUp]
    public void Pack()
    {
        _folder = new TemporaryFolder();
        _feed = _folder.File("feed");
        string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";
        foreach (string project in new[] { "Engine", "Core", "MLNet", "Hosting", "Training" })
            DotNet(SharedFiles.Repository, $"pack SkinClassifier.{project} -c {configuration} --no-build -o \"{_feed}\" -p:PackageVersion={_version}");
        WriteNuGetConfig(_folder.File("nuget.config"), _folder.File("packages"));
    }

    [OneTimeTearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void Library_and_tool_install_from_their_packages_and_run()
    {
        Assert.That(Directory.GetFiles(_feed).Select(f => Path.GetFileName(f).Replace("." + _version, "")),
            Is.SupersetOf(new[]
            {
                "SkinClassifier.Engine.nupkg", "SkinClassifier.Engine.snupkg", "SkinClassifier.Core.nupkg", "SkinClassifier.Core.snupkg",
                "SkinClassifier.Hosting.nupkg", "SkinClassifier.Training.nupkg",
            }));
        CheckContent("SkinClassifier.Engine");
        CheckContent("SkinClassifier.Core");
        Assert.That(new FileInfo(Path.Combine(_feed, $"SkinClassifier.Training.{_version}.nupkg")).Length, Is.LessThan(4_000_000), "without weights");

        string app = _folder.File("app");
        Directory.CreateDirectory(app);
        File.WriteAllText(Path.Combine(app, "Program.cs"), Consumer);
        SyntheticDataset.Write(Path.Combine(app, "photos"), perClass: 8, size: 48);
        File.WriteAllText(Path.Combine(app, "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                <RestoreAdditionalProjectSources>{_feed}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="SkinClassifier.Core" Version="{_version}" /></ItemGroup>
            </Project>
            """);
        Assert.That(DotNet(app, "run -c Release"), Does.Contain("predicted "));

        DotNet(app, $"tool install SkinClassifier.Training --tool-path \"{_folder.File("tools")}\" --version {_version} --add-source \"{_feed}\"");
        string tool = _folder.File(Path.Combine("tools", OperatingSystem.IsWindows() ? "skinclassifier.exe" : "skinclassifier"));
        Assert.That(Run(tool, app, $"predict model.zip photos --format csv"), Does.StartWith("path,predicted,"));
    }

    [Test]
    public void Core_and_MLNet_name_what_they_share_internals_with_exactly_and_Hosting_takes_its_Core_or_a_newer_one()
    {
        Assert.That(Dependencies("SkinClassifier.MLNet").Where(d => d.Id.StartsWith("SkinClassifier.", StringComparison.Ordinal)),
            Is.EqualTo(new[] { ("SkinClassifier.Core", $"[{_version}]") }));
        Assert.That(Dependencies("SkinClassifier.Core"), Contains.Item(("SkinClassifier.Engine", $"[{_version}]")));
        Assert.That(Dependencies("SkinClassifier.Engine").Select(d => d.Id), Has.None.StartsWith("SkinClassifier."));
        Assert.That(Dependencies("SkinClassifier.Hosting").Where(d => d.Id.StartsWith("SkinClassifier.", StringComparison.Ordinal)),
            Is.EqualTo(new[] { ("SkinClassifier.Core", _version) }));
    }

    [Test]
    public void A_written_console_project_builds_and_predicts()
    {
        string app = Written("console", "new-console", ["red", "green", "blue"]);
        SmallModels.Plain(230, 10, 10).Save(Path.Combine(app, "a red.png"));
        string program = Path.Combine(app, "bin", "Release", "net10.0", "new-console.dll");
        Assert.That(DotNet(app, $"\"{program}\" \"a red.png\"").ReplaceLineEndings("\n"),
            Is.EqualTo("a red.png: red\n  1.000  red\n  0.000  blue\n  0.000  green\n")
                .Or.EqualTo("a red.png: red\n  1.000  red\n  0.000  green\n  0.000  blue\n"));
        Assert.That(Start(app, program, "none.png", out string error), Is.EqualTo(3));
        Assert.That(error, Does.Contain("none.png"));
        Assert.That(Start(app, program, "", out error), Is.EqualTo(2));
    }

    [Test]
    public async Task A_written_web_project_builds_predicts_and_takes_over_a_new_model()
    {
        string app = Written("webapi", "new-web", ["red", "green", "blue"]), bin = Path.Combine(app, "bin", "Release", "net10.0");
        using Process server = Process.Start(new ProcessStartInfo(
            "dotnet", $"\"{Path.Combine(bin, "new-web.dll")}\" --urls http://127.0.0.1:0")
        { WorkingDirectory = app, RedirectStandardOutput = true })!;
        try
        {
            string address = "";
            while (address.Length == 0 && await server.StandardOutput.ReadLineAsync() is { } line)
                address = Regex.Match(line, @"Now listening on: (http://\S+)").Groups[1].Value;
            Assert.That(address, Is.Not.Empty, "the server ended before it listened");
            _ = server.StandardOutput.ReadToEndAsync();
            using HttpClient client = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
            byte[] png = SmallModels.Plain(10, 10, 240).EncodePng();
            JsonElement prediction = await Post(client, new ByteArrayContent(png), 200);
            Assert.That(prediction.GetProperty("predicted").GetString(), Is.EqualTo("blue"));
            Assert.That(prediction.GetProperty("scores").EnumerateArray().Select(s => s.GetProperty("score").GetDouble()), Is.Ordered.Descending);
            await CheckForms(client, png);
            await CheckRefusals(client, png);
            Assert.That(await client.GetStringAsync("/health"), Is.EqualTo("Healthy"));
            SmallModels.Create(["one", "two", "three"]).Save(Path.Combine(bin, "model.zip"));
            string labels = "";
            for (int i = 0; i < 300 && !labels.Contains("three", StringComparison.Ordinal); i++, await Task.Delay(100))
                labels = await client.GetStringAsync("/labels");
            Assert.That(labels, Is.EqualTo("""["one","two","three"]"""));
            Assert.That(await client.GetStringAsync("/models"),
                Does.Contain("\"reloads\":1").And.Contain("\"sha256\":\"").And.Contain("\"classes\":[\"one\",\"two\",\"three\"]"));
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

    /// <summary>Forms as browsers and curl -F send them, and an image whose client calls it a form (curl --data-binary).</summary>
    private static async Task CheckForms(HttpClient client, byte[] png)
    {
        Assert.That((await Post(client, Form((null, "a note"), ("photo.png", png)), 200)).GetProperty("predicted").GetString(), Is.EqualTo("blue"));
        Assert.That((await Post(client, Form(("photo.png", png), (null, "a note")), 200)).GetProperty("predicted").GetString(), Is.EqualTo("blue"));
        ByteArrayContent body = new(png);
        body.Headers.ContentType = new("application/x-www-form-urlencoded");
        Assert.That((await Post(client, body, 200)).GetProperty("predicted").GetString(), Is.EqualTo("blue"));
        Assert.That(Detail(await Post(client, Form((null, "only text"), (null, "more")), 400)),
            Does.Contain("Expected a file in the form, received only these fields: field0, field1"));
        Assert.That(Detail(await Post(client, Form(("one.png", png), ("two.png", png)), 400)),
            Does.Contain("Expected one file in the form").And.Contain("two.png"));
        Assert.That(Detail(await Post(client, Form(("photo.png", png[..^20])), 400)), Does.Contain("image:"));
        Assert.That(Detail(await Post(client, new FormUrlEncodedContent([new("file", "photo.png")]), 400)), Does.Contain("multipart/form-data"));
        ByteArrayContent cut = new("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\n"u8.ToArray());
        cut.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        await Post(client, cut, 400);
        ByteArrayContent noBoundary = new(png);
        noBoundary.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data");
        Assert.That(Detail(await Post(client, noBoundary, 400)), Does.Contain("boundary"));
    }

    /// <summary>Every request that cannot be answered gets problem details and leaves the server as good as new.</summary>
    private static async Task CheckRefusals(HttpClient client, byte[] png)
    {
        Assert.That(Detail(await Post(client, new ByteArrayContent([1, 2, 3]), 400)), Does.Contain("unknown format"));
        Assert.That(Detail(await Post(client, new ByteArrayContent([]), 400)), Does.Contain("no bytes"));
        await Post(client, new ByteArrayContent(png[..60]), 400);
        byte[] large = [.. png];
        (large[16], large[20]) = (0x10, 0x10);
        Assert.That((int)(await client.PostAsync("/predict", new ByteArrayContent(large))).StatusCode, Is.EqualTo(400).Or.EqualTo(413),
            "declares 268 million pixels a side, with a wrong checksum");
        await Post(client, new ByteArrayContent(SmallModels.Plain(1, 2, 3, 5100, 5000).EncodePng()), 413);
        await Post(client, new ByteArrayContent([.. png, .. new byte[33 << 20]]), 413);
        Assert.That((int)(await client.GetAsync("/nowhere")).StatusCode, Is.EqualTo(404));
        Assert.That((await Post(client, new ByteArrayContent(png), 200)).GetProperty("predicted").GetString(), Is.EqualTo("blue"));
    }

    private static MultipartFormDataContent Form(params (string? File, object Content)[] parts)
    {
        MultipartFormDataContent form = [];
        for (int i = 0; i < parts.Length; i++)
            if (parts[i].File is { } file)
                form.Add(new ByteArrayContent((byte[])parts[i].Content), $"field{i}", file);
            else
                form.Add(new StringContent((string)parts[i].Content), $"field{i}");
        return form;
    }

    private static async Task<JsonElement> Post(HttpClient client, HttpContent content, int status)
    {
        // The body is sent only when the server wants it, so that an early answer does not meet a connection that is still busy.
        using HttpRequestMessage request = new(HttpMethod.Post, "/predict") { Content = content };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage answer = await client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(status == 200 ? "application/json" : "application/problem+json"), text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static string? Detail(JsonElement problem) => problem.GetProperty("detail").GetString();

    private static int Start(string folder, string program, string arguments, out string error)
    {
        using Process process =
            Process.Start(new ProcessStartInfo("dotnet", $"\"{program}\" {arguments}") { WorkingDirectory = folder, RedirectStandardError = true })!;
        error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private void CheckContent(string package)
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(_feed, $"{package}.{_version}.nupkg"));
        string[] names = [.. zip.Entries.Select(e => e.FullName)];
        Assert.That(names, Is.SupersetOf(new[] { "README.md", "LICENSE", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml" }));
    }

    private (string Id, string Version)[] Dependencies(string package)
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(_feed, $"{package}.{_version}.nupkg"));
        using Stream nuspec = zip.GetEntry($"{package}.nuspec")!.Open();
        return [.. XDocument.Load(nuspec).Descendants().Where(e => e.Name.LocalName == "dependency")
            .Select(e => (e.Attribute("id")!.Value, e.Attribute("version")!.Value))];
    }

    private static void WriteNuGetConfig(string path, string packages)
    {
        string shared = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string config = File.ReadAllText(Path.Combine(SharedFiles.Repository, "nuget.config"))
            .Replace("</configuration>", $"<config><add key=\"globalPackagesFolder\" value=\"{packages}\" /></config><fallbackPackageFolders><add "
                + $"key=\"shared\" value=\"{shared}\" /></fallbackPackageFolders></configuration>");
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
