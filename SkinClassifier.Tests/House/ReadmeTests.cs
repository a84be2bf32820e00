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
        string code = Regex.Match(Readme, "<!-- compiled by ReadmeTests -->\\s*```csharp\\s*(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assert.That(code, Is.Not.Empty);
        string usings = string.Concat(new[] { "System", "SkinClassifier.Backbones", "SkinClassifier.Data", "SkinClassifier.Models", "SkinClassifier.Prediction", "SkinClassifier.Trainers" }.Select(n => $"using {n};\n"));
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilation compilation = CSharpCompilation.Create("readme", [CSharpSyntaxTree.ParseText(usings + code)],
            [.. platform.Append(typeof(ImageClassificationModel).Assembly.Location).Distinct().Select(p => MetadataReference.CreateFromFile(p))], new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        Assert.That(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning), Is.Empty);
    }

    [Test]
    public void Links_between_documents_lead_somewhere()
    {
        IEnumerable<string> documents = Directory.EnumerateFiles(Path.Combine(SharedFiles.Repository, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(SharedFiles.Repository, "*.md"));
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
