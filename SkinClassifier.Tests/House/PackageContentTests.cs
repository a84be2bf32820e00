using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.House;

/// <summary>Every package has what people and registries look for: readme, license, icon, notices of others' work.</summary>
public sealed class PackageContentTests
{
    private static readonly string[] Packages =
    [
        "SkinClassifier.Engine", "SkinClassifier.Compare", "SkinClassifier.Core", "SkinClassifier.Dermatology", "SkinClassifier.Distributed",
        "SkinClassifier.Hosting", "SkinClassifier.MLNet", "SkinClassifier.MLNet.Hosting", "SkinClassifier.Server", "SkinClassifier.Training",
        "SkinClassifier.Weights.ResNet18",
    ];

    private static string Root => SharedFiles.Repository;

    [Test]
    public void The_list_of_packages_is_complete()
    {
        string[] names = [.. Directory.EnumerateDirectories(Root, "SkinClassifier.*").Select(folder => Path.GetFileName(folder))];
        string[] packable = [.. names.Where(name => Path.Combine(Root, name, $"{name}.csproj") is { } file
            && File.Exists(file) && Property(XElement.Load(file), "IsPackable") == "true")];
        Assert.That(packable, Is.EquivalentTo(Packages));
    }

    [TestCaseSource(nameof(Packages))]
    public void A_package_has_a_readme_of_its_own_that_says_what_it_is_and_what_it_is_not(string package)
    {
        string readme = File.ReadAllText(Path.Combine(Root, package, "README.md"));
        Assert.That(readme, Does.StartWith($"# {package}\n"));
        Assert.That(readme, Does.Contain("Not a medical device"));
        Assert.That(Regex.Matches(readme, @"\]\((?!https://|#)[^)]*\)"), Is.Empty, "links into the repository lead nowhere on a page of the registry");
        Assert.That(Property(XElement.Load(Path.Combine(Root, package, $"{package}.csproj")), "Description"), Has.Length.GreaterThan(40));
    }

    [Test]
    public void The_icon_is_a_square_of_128_pixels_and_small()
    {
        string icon = Path.Combine(Root, "assets", "brand", "icon.png");
        RgbImage image = RgbImage.Load(icon);
        Assert.That((image.Width, image.Height), Is.EqualTo((128, 128)));
        Assert.That(new FileInfo(icon).Length, Is.LessThan(20_000));
    }

    [TestCase("SkinClassifier.Training")]
    [TestCase("SkinClassifier.Compare")]
    [TestCase("SkinClassifier.Server")]
    public void The_tool_runs_on_a_newer_runtime(string tool)
    {
        XElement project = XElement.Load(Path.Combine(Root, tool, $"{tool}.csproj"));
        Assert.That(Property(project, "RollForward"), Is.EqualTo("Major"));
    }

    [TestCase("SkinClassifier.Training")]
    [TestCase("SkinClassifier.Compare")]
    [TestCase("SkinClassifier.Server")]
    public void Notices_name_every_assembly_of_others_that_the_tool_brings(string tool)
    {
        string notices = File.ReadAllText(Path.Combine(Root, tool, "THIRD-PARTY-NOTICES.txt"));
        string bin = Path.GetDirectoryName(AppContext.BaseDirectory)!.Replace("SkinClassifier.Tests", tool, StringComparison.Ordinal);
        string[] others = [.. Directory.EnumerateFiles(bin, "*.dll").Select(file => Path.GetFileName(file)).Where(IsOfOthers)];
        Assert.That(others, Has.Length.GreaterThanOrEqualTo(5));
        Assert.That(others.Where(name => !notices.Contains(name, StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("SkinClassifier.Core")]
    [TestCase("SkinClassifier.Training")]
    [TestCase("SkinClassifier.Compare")]
    [TestCase("SkinClassifier.Server")]
    public void Notices_name_Unicode_whose_data_is_inside_Core(string package)
    {
        string notices = File.ReadAllText(Path.Combine(Root, package, "THIRD-PARTY-NOTICES.txt"));
        Assert.That(notices, Does.Contain("Unicode Character Database").And.Contain("Copyright (c) 1991-2021 Unicode, Inc."));
    }

    [Test]
    public void Notices_name_license_and_owner_of_the_packaged_weights() =>
        Assert.That(File.ReadAllText(Path.Combine(Root, "SkinClassifier.Weights.ResNet18", "THIRD-PARTY-NOTICES.txt")),
            Does.Contain("weights/resnet18_cntk.onnx (MIT)").And.Contain("Copyright (c) .NET Foundation and Contributors"));

    /// <summary>Packs from what is built. Slow: ten packages.</summary>
    [Test]
    [Category("Slow")]
    public void Packed_packages_carry_their_files_and_say_so()
    {
        using TemporaryFolder feed = new();
        string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";
        foreach (string package in Packages)
        {
            Pack(package, configuration, feed.FullPath);
            using ZipArchive zip = ZipFile.OpenRead(Directory.GetFiles(feed.FullPath, $"{package}.*.nupkg").Single());
            string[] names = [.. zip.Entries.Select(entry => entry.FullName)];
            XElement nuspec = XElement.Load(zip.GetEntry($"{package}.nuspec")!.Open());
            Assert.That(names, Is.SupersetOf(new[] { "README.md", "LICENSE", "icon.png" }), package);
            foreach ((string name, string value) in new[] { ("readme", "README.md"), ("icon", "icon.png"), ("license", "MIT") })
                Assert.That(Property(nuspec, name), Is.EqualTo(value), package);
            bool carriesOthers = names.Any(name => name.EndsWith(".dll", StringComparison.Ordinal) && IsOfOthers(Path.GetFileName(name)));
            Assert.That(carriesOthers, Is.EqualTo(package is "SkinClassifier.Training" or "SkinClassifier.Compare" or "SkinClassifier.Server"), package);
            bool isWeights = package == "SkinClassifier.Weights.ResNet18";
            Assert.That(names.Contains("THIRD-PARTY-NOTICES.txt"), Is.EqualTo(carriesOthers || isWeights || package == "SkinClassifier.Core"), package);
            Assert.That(names.Where(name => name.EndsWith(".onnx", StringComparison.Ordinal)),
                Is.EqualTo(isWeights ? ["weights/resnet18_cntk.onnx"] : Array.Empty<string>()), package);
            if (isWeights)
            {
                Assert.That(names, Is.SupersetOf(new[] { $"build/{package}.targets", $"buildTransitive/{package}.targets" }));
                Assert.That(nuspec.Descendants().Select(element => element.Name.LocalName), Has.None.EqualTo("dependency"));
                using MemoryStream file = new();
                zip.GetEntry("weights/resnet18_cntk.onnx")!.Open().CopyTo(file);
                Assert.That(Convert.ToHexStringLower(SHA256.HashData(file.ToArray())), Is.EqualTo(WeightCatalog.Find("resnet18_cntk")!.Sha256));
            }
            else
                Assert.That(
                    package is "SkinClassifier.Compare" or "SkinClassifier.Server" || zip.Entries.Sum(entry => entry.CompressedLength) < 5_000_000, package);
            if (zip.Entries.FirstOrDefault(entry => entry.Name == "skinclassifier.runtimeconfig.json") is { } settings)
                Assert.That(new StreamReader(settings.Open()).ReadToEnd(), Does.Match("\"rollForward\": *\"Major\""));
        }
    }

    private static bool IsOfOthers(string assembly) =>
        !assembly.StartsWith("SkinClassifier.", StringComparison.Ordinal) && assembly is not ("skinclassifier.dll" or "skinclassifier-server.dll");

    private static string? Property(XElement file, string name) => file.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

    private static void Pack(string package, string configuration, string feed)
    {
        string[] arguments = ["pack", package, "-c", configuration, "--no-build", "-o", feed, "--nologo"];
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, output + error.Result);
    }
}
