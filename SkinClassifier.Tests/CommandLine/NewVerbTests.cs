using System.Xml.Linq;
using SkinClassifier.Models;
using SkinClassifier.Tests.Models;
using SkinClassifier.Training.Projects;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class NewVerbTests : FolderTests
{
    private string _model = "", _app = "";

    [SetUp]
    public void Prepare()
    {
        _model = _folder.File("a model.zip");
        _app = _folder.File("my-app");
        SmallModels.Create(["red", "green", "blue, or so"]).Save(_model);
    }

    [TestCase("console", false, "Program.cs,README.md,model.zip,my-app.csproj")]
    [TestCase("webapi", false, "PredictEndpoint.cs,Program.cs,README.md,UploadedImage.cs,model.zip,my-app.csproj")]
    [TestCase("console", true, "ModelInput.cs,ModelOutput.cs,ModelPool.cs,ImagePrediction.cs,Program.cs,README.md,model.zip,my-app.csproj")]
    [TestCase("webapi", true, "ModelInput.cs,ModelOutput.cs,ModelPool.cs,ImagePrediction.cs,Program.cs,README.md,model.zip,my-app.csproj")]
    public void A_project_is_written_with_its_model(string kind, bool mlNet, string files)
    {
        string[] options = mlNet ? ["--mlnet"] : ["--no-restore"];
        (int code, string output, string error) = Cli.Run(["new", kind, "-o", _app, "--model", _model, .. options]);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.StartWith($"dotnet run --project {_app} -- "));
        Assert.That(Directory.EnumerateFiles(_app).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal),
            Is.EqualTo(((string[])[".gitignore", "Directory.Build.props", .. files.Split(',')]).Order(StringComparer.Ordinal)));
        Assert.That(File.ReadAllBytes(Path.Combine(_app, "model.zip")), Is.EqualTo(File.ReadAllBytes(_model)));
        foreach (string file in Directory.EnumerateFiles(_app).Where(f => !f.EndsWith(".zip", StringComparison.Ordinal)))
            Assert.That(File.ReadAllText(file), Does.Not.Contain("{{").And.Not.Contain("\r"), file);
        string readme = File.ReadAllText(Path.Combine(_app, "README.md"));
        Assert.That(readme, Does.StartWith("# my-app\n").And.Contain("3 classes (red, green, blue, or so), input 8×8").And.Contain("Not a medical device"));
        string[] packages = [.. XDocument.Load(Path.Combine(_app, "my-app.csproj")).Descendants("PackageReference")
            .Select(p => $"{p.Attribute("Include")!.Value} {p.Attribute("Version")!.Value}")];
        string own = PackageFeed.OwnVersion;
        Dictionary<string, string> central = XDocument.Load(Path.Combine(SharedFiles.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        Assert.That(packages, Is.EqualTo(mlNet
            ? ((string[])["Microsoft.ML", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.OnnxTransformer", "Microsoft.ML.OnnxRuntime", "SkiaSharp",
                "SkiaSharp.NativeAssets.Linux.NoDependencies"]).Select(p => $"{p} {central[p]}")
            : kind == "webapi" ? [$"SkinClassifier.Core {own}", $"SkinClassifier.Hosting {own}"] : [$"SkinClassifier.Core {own}"]));
        if (mlNet)
            Assert.That(readme, Does.Contain("The tests of SkinClassifier's repository build and run this project").And.Contain("EXIF")
                .And.Contain("agree within about 0.001"));
    }

    [Test]
    public void The_readme_for_ML_NET_says_how_many_views_are_averaged()
    {
        ImageClassificationModel model = SmallModels.Create(["a", "b"]);
        model.With(model.Manifest with { TestTimeAugmentation = 4 }).Save(_model);
        Assert.That(Cli.Run("new", "webapi", "-o", _app, "--model", _model, "--mlnet").Code, Is.Zero);
        Assert.That(File.ReadAllText(Path.Combine(_app, "README.md")), Does.Contain("averages 4 mirrored or turned views"));
    }

    [Test]
    public void A_folder_with_files_is_left_alone_unless_forced()
    {
        Directory.CreateDirectory(_app);
        File.WriteAllText(Path.Combine(_app, "Program.cs"), "mine");
        (int code, _, string error) = Cli.Run("new", "console", "-o", _app, "--model", _model, "--no-restore");
        Assert.That((code, error.Contains("--force")), Is.EqualTo((3, true)), error);
        Assert.That(Directory.GetFiles(_app), Has.Length.EqualTo(1));
        Assert.That(Cli.Run("new", "console", "-o", _app, "--model", _model, "--no-restore", "--force").Code, Is.Zero);
        Assert.That(File.ReadAllText(Path.Combine(_app, "Program.cs")), Does.Contain("PredictionEngine"));
        Assert.That(Cli.Run("new", "console", "-o", _model, "--model", _model).Code, Is.EqualTo(3), "a file in the folder's place");
    }

    [Test]
    public void Models_that_cannot_be_used_are_refused_before_anything_is_written()
    {
        string plain = _folder.File("plain.zip");
        SmallModels.Create(["a", "b"]).Save(plain, new ModelSaveOptions { IncludeMlNet = false });
        (int code, _, string error) = Cli.Run("new", "console", "-o", _app, "--model", plain, "--mlnet");
        Assert.That((code, error.Contains("--no-mlnet")), Is.EqualTo((3, true)), error);
        File.WriteAllText(_folder.File("bad.zip"), "PK");
        Assert.That(Cli.Run("new", "webapi", "-o", _app, "--model", _folder.File("bad.zip")).Code, Is.EqualTo(3));
        Assert.That(Cli.Run("new", "webapi", "-o", _app, "--model", _folder.File("none.zip")).Code, Is.EqualTo(3));
        Assert.That(Cli.Run("new", "webapi", "-o", _app).Code, Is.EqualTo(2));
        Assert.That(Cli.Run("new", "desktop", "-o", _app, "--model", _model).Code, Is.EqualTo(2));
        Assert.That(Directory.Exists(_app), Is.False);
    }

    [Test]
    public void A_package_source_goes_into_nuget_config_and_must_have_the_packages()
    {
        string feed = _folder.File("a feed & more");
        (int code, _, string error) = Cli.Run("new", "console", "-o", _app, "--model", _model, "--package-source", feed, "--no-restore");
        Assert.That((code, error.Contains($"dotnet pack SkinClassifier.Core -c Release -o \"{feed}\"")), Is.EqualTo((3, true)), error);
        Directory.CreateDirectory(feed);
        string[] packages =
        [
            "SkinClassifier.Engine.0.0.2", "SkinClassifier.Engine.0.0.10-a", "SkinClassifier.Engine.0.0.11",
            "SkinClassifier.Core.0.0.2-rc.1", "SkinClassifier.Core.0.0.2", "SkinClassifier.Core.0.0.10-a", "SkinClassifier.Core.Other.9.0.0",
            "SkinClassifier.Hosting.0.0.2",
        ];
        foreach (string name in packages)
            File.WriteAllText(Path.Combine(feed, $"{name}.nupkg"), "");
        Assert.That(Cli.Run("new", "console", "-o", _app, "--model", _model, "--package-source", feed, "--no-restore").Code, Is.Zero);
        Assert.That(File.ReadAllText(Path.Combine(_app, "my-app.csproj")), Does.Contain("Version=\"0.0.10-a\""));
        XElement source = XDocument.Load(Path.Combine(_app, "nuget.config")).Descendants("add").Single();
        Assert.That(source.Attribute("value")!.Value, Is.EqualTo(feed));
        Assert.That(Cli.Run("new", "webapi", "-o", _app, "--model", _model, "--package-source", feed, "--no-restore", "--force").Code, Is.Zero);
        Assert.That(File.ReadAllText(Path.Combine(_app, "my-app.csproj")),
            Does.Contain("SkinClassifier.Core\" Version=\"0.0.2\"").And.Contain("SkinClassifier.Hosting\" Version=\"0.0.2\""));
        File.Delete(Path.Combine(feed, "SkinClassifier.Engine.0.0.2.nupkg"));
        (code, _, error) = Cli.Run("new", "webapi", "-o", _folder.File("other"), "--model", _model, "--package-source", feed);
        Assert.That((code, error.Contains("in one version, found only different ones") && error.Contains("dotnet pack SkinClassifier.Engine")),
            Is.EqualTo((3, true)), error);
        File.Delete(Path.Combine(feed, "SkinClassifier.Hosting.0.0.2.nupkg"));
        (code, _, error) = Cli.Run("new", "webapi", "-o", _folder.File("other"), "--model", _model, "--package-source", feed);
        Assert.That((code, error.Contains("dotnet pack SkinClassifier.Hosting")), Is.EqualTo((3, true)), error);
    }

    [Test]
    public void Packages_that_no_source_has_are_named_with_how_to_make_them()
    {
        Directory.CreateDirectory(_folder.File("empty"));
        File.WriteAllText(_folder.File("nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="empty" value="{_folder.File("empty")}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
              <config><add key="globalPackagesFolder" value="{_folder.File("packages")}" /></config>
            </configuration>
            """);
        (int code, _, string error) = Cli.Run("new", "console", "-o", _app, "--model", _model);
        Assert.That(code, Is.EqualTo(3), error);
        Assert.That(error, Does.Contain($"do not have SkinClassifier.Core {PackageFeed.OwnVersion}")
            .And.Contain("dotnet pack SkinClassifier.Core -c Release -o packages").And.Contain("--package-source"));
        Assert.That(File.Exists(Path.Combine(_app, "Program.cs")), Is.True, "the project is there all the same");
    }

    [TestCase("SkinClassifier.Core", "App")]
    [TestCase("7 colors", "App")]
    [TestCase("Lesion_Check-2", "Lesion_Check-2")]
    public void The_project_has_the_folders_name_where_it_can(string folder, string name)
    {
        Assert.That(Cli.Run("new", "console", "-o", _folder.File(folder), "--model", _model, "--no-restore").Code, Is.Zero);
        Assert.That(File.Exists(Path.Combine(_folder.File(folder), $"{name}.csproj")), Is.True);
    }

    [Test]
    public void Class_names_cannot_break_the_written_files()
    {
        string strange = _folder.File("strange.zip");
        SmallModels.Create([.. Enumerable.Range(0, 25).Select(i => $"a\n# {{{{Width}}}} `{i}` <x>")]).Save(strange);
        Assert.That(Cli.Run("new", "console", "-o", _app, "--model", strange, "--mlnet").Code, Is.Zero);
        string readme = File.ReadAllText(Path.Combine(_app, "README.md"));
        Assert.That(readme, Does.Contain("25 classes (a #").And.Contain("and 5 more)").And.Not.Contain("<x>").And.Not.Contain("\n# {"));
    }

    [TestCase("1.0.0", "1.0.0-rc.2", 1)]
    [TestCase("1.0.0", "1.0.1-rc.2", -1)]
    [TestCase("1.10.0", "1.9.3", 1)]
    [TestCase("2.0.0-a", "2.0.0-b", -1)]
    [TestCase("2.0.0", "2.0.0", 0)]
    public void Versions_have_an_order(string left, string right, int expected)
        => Assert.That((Math.Sign(PackageFeed.Compare(left, right)), Math.Sign(PackageFeed.Compare(right, left))), Is.EqualTo((expected, -expected)));
}
