using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Models;
using SkinClassifier.Training.Projects;

namespace SkinClassifier.Tests.Hosting;

/// <summary>The project that `new webapi` writes, docs/hosting.md and the tests (PackagingTests runs it) are one code.</summary>
public sealed class WebTemplateTests
{
    private const string Usings = """
        global using System; global using System.IO; global using System.Linq; global using System.Collections.Generic;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks; global using System.Net.Http.Json;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    private static Dictionary<string, string> Sources => ProjectTemplate.Of("webapi", mlNet: false).Files(new Dictionary<string, string> { ["Name"] = "App" })
        .Where(f => f.File.EndsWith(".cs", StringComparison.Ordinal)).ToDictionary(f => f.File, f => f.Text);

    [Test]
    public void The_document_shows_the_written_project()
    {
        string document = File.ReadAllText(Path.Combine(SharedFiles.Repository, "docs", "hosting.md")).ReplaceLineEndings("\n");
        MatchCollection blocks = Regex.Matches(document, "<!-- new webapi: (\\w+\\.cs) -->\\s*```csharp\n(.*?)```", RegexOptions.Singleline);
        Assert.That(blocks.Select(b => b.Groups[1].Value), Is.EquivalentTo(new[] { "Program.cs", "PredictEndpoint.cs" }));
        Assert.That(Regex.Count(document, "```csharp"), Is.EqualTo(2), "no code that is not compiled");
        foreach (Match block in blocks)
            Assert.That(block.Groups[2].Value, Is.EqualTo(Sources[block.Groups[1].Value]), block.Groups[1].Value);
    }

    [Test]
    public void The_written_project_compiles_without_warnings()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!, version = Path.GetFileName(framework);
        string web = Path.Combine(framework, "..", "..", "Microsoft.AspNetCore.App", version);
        Assume.That(Directory.Exists(web), $"ASP.NET Core {version} is not installed");
        IEnumerable<string> platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f => Path.GetFileName(f).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(f).StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                || Path.GetFileName(f) is "netstandard.dll" or "mscorlib.dll");
        string[] own = [typeof(IPredictionEnginePools).Assembly.Location, typeof(ImageClassificationModel).Assembly.Location,
            typeof(SkinClassifierException).Assembly.Location];
        IEnumerable<string> references = platform.Concat(Directory.EnumerateFiles(web, "*.dll")).Concat(own)
            .GroupBy(f => Path.GetFileName(f)).Select(g => g.Last());
        CSharpCompilation compilation = CSharpCompilation.Create("webapi",
            Sources.Select(s => CSharpSyntaxTree.ParseText(s.Value, path: s.Key)).Append(CSharpSyntaxTree.ParseText(Usings)),
            references.Select(f => MetadataReference.CreateFromFile(f)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        Assert.That(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning), Is.Empty);
    }
}
