using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SkinClassifier.Models;

namespace SkinClassifier.Tests.House;

/// <summary>What the README and the docs show is true.</summary>
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(SharedFiles.Repository, "README.md"));

    [Test]
    public void The_code_of_the_readme_compiles()
    {
        const string block = "<!-- compiled by ReadmeTests -->\\s*```csharp\\s*(.*?)```";
        string code = Regex.Match(Readme, block, RegexOptions.Singleline).Groups[1].Value;
        Assert.That(code, Is.Not.Empty);
        Assert.That(Readme, Does.Contain("dotnet new console -o app\ndotnet add app package SkinClassifier.Core "));
        // The usings that a new console project has by itself.
        string[] implicitUsings =
            ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];
        string project = string.Concat(implicitUsings.Select(name => $"global using {name};\n"));
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilationOptions options = new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "readme", [CSharpSyntaxTree.ParseText(project), CSharpSyntaxTree.ParseText(code)],
            [.. platform.Append(typeof(ImageClassificationModel).Assembly.Location).Distinct().Select(p => MetadataReference.CreateFromFile(p))], options);
        Assert.That(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning), Is.Empty);
    }

    [Test]
    public void The_readme_fits_on_one_screen_before_its_first_heading_and_shows_the_report()
    {
        string start = Readme[..Readme.IndexOf("\n## ", StringComparison.Ordinal)];
        Assert.That(start.Split('\n'), Has.Length.LessThan(35));
        string image = Path.Combine(SharedFiles.Repository, Regex.Match(start, @"!\[[^\]]+\]\(([^)]+)\)").Groups[1].Value);
        Assert.That(new FileInfo(image).Length, Is.LessThan(200_000));
    }

    [Test]
    public void Links_between_documents_lead_somewhere()
    {
        IEnumerable<string> documents = Directory.EnumerateFiles(Path.Combine(SharedFiles.Repository, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(SharedFiles.Repository, "*.md")).Append(Path.Combine(SharedFiles.Repository, "samples", "README.md"));
        List<string> broken = [];
        foreach (string document in documents)
            foreach (Match link in Regex.Matches(File.ReadAllText(document), @"\]\((?!https?:|#|mailto:)([^)#\s]+)"))
                if (!Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value)))
                    broken.Add($"{document}: {link.Groups[1].Value}");
        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void The_medical_notice_stands_where_people_look()
    {
        foreach (string document in new[] { "README.md", "docs/cli.md", "docs/hosting.md" })
            Assert.That(File.ReadAllText(Path.Combine(SharedFiles.Repository, document)), Does.Contain("ot a medical device"), document);
    }

    [Test]
    public void The_readme_names_the_test_command_that_the_build_server_runs()
    {
        Assert.That(Readme, Does.Contain("dotnet test -c Release "));
        Assert.That(File.ReadAllText(Path.Combine(SharedFiles.Repository, ".ci", "run")), Does.Contain("dotnet test -c Release 2>&1"));
    }
}
