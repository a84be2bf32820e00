using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SkinClassifier.Models.MlNet;
using SkinClassifier.Tests.Models;
using SkinClassifier.Training.Projects;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>
/// The projects for ML.NET, whose packages this repository does not have: their syntax is checked, and their names against
/// declarations of the few members of ML.NET that they use. They are not compiled against ML.NET and not run.
/// </summary>
public sealed class MlNetTemplateTests
{
    /// <summary>What the projects use of ML.NET, with empty bodies.</summary>
    private const string Declarations = """
        namespace Microsoft.ML
        {
            public sealed class DataViewSchema
            {
                public struct Column { }
                public Column this[string name] => default;
            }
            public sealed class PredictionEngine<TSrc, TDst> : System.IDisposable where TSrc : class where TDst : class, new()
            {
                public DataViewSchema OutputSchema => null!;
                public TDst Predict(TSrc example) => null!;
                public void Dispose() { }
            }
        }
        namespace Microsoft.ML.Data
        {
            public struct VBuffer<T> { public System.Collections.Generic.IEnumerable<T> DenseValues() => []; }
            public static class SchemaAnnotationsExtensions
            {
                public static void GetSlotNames(this Microsoft.ML.DataViewSchema.Column column, ref VBuffer<System.ReadOnlyMemory<char>> slotNames) { }
            }
        }
        namespace Microsoft.Extensions.ML
        {
            using Microsoft.Extensions.DependencyInjection;
            using Microsoft.ML;
            public class PredictionEnginePool<TData, TPrediction> where TData : class where TPrediction : class, new()
            {
                public PredictionEngine<TData, TPrediction> GetPredictionEngine() => null!;
                public void ReturnPredictionEngine(PredictionEngine<TData, TPrediction> engine) { }
            }
            public class PredictionEnginePoolBuilder<TData, TPrediction> where TData : class where TPrediction : class, new() { }
            public static class ServiceCollectionExtensions
            {
                public static PredictionEnginePoolBuilder<TData, TPrediction> AddPredictionEnginePool<TData, TPrediction>(
                    this IServiceCollection services)
                    where TData : class where TPrediction : class, new() => null!;
            }
            public static class BuilderExtensions
            {
                public static PredictionEnginePoolBuilder<TData, TPrediction> FromFile<TData, TPrediction>(
                    this PredictionEnginePoolBuilder<TData, TPrediction> builder, string modelName, string filePath, bool watchForChanges)
                    where TData : class where TPrediction : class, new() => builder;
            }
        }
        """;

    private const string ConsoleUsings = "global using System; global using System.IO; global using System.Linq; global using "
        + "System.Collections.Generic; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";
    private const string WebUsings = ConsoleUsings
        + "global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using "
        + "Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; global using "
        + "Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;";

    [Test]
    public void The_syntax_is_right([Values("console", "webapi")] string kind)
    {
        foreach (SyntaxTree tree in Trees(kind))
            Assert.That(tree.GetDiagnostics(), Is.Empty, tree.FilePath);
    }

    [Test]
    public void The_names_fit_ML_NETs_declarations([Values("console", "webapi")] string kind)
    {
        List<string> files = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f =>
                Path.GetFileName(f) is var name && (name.StartsWith("System.", StringComparison.Ordinal)
                    || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll"))];
        if (kind == "webapi")
        {
            string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!, version = Path.GetFileName(framework);
            string web = Path.Combine(framework, "..", "..", "Microsoft.AspNetCore.App", version);
            Assume.That(Directory.Exists(web), $"ASP.NET Core {version} is not installed");
            files = [.. files.Concat(Directory.EnumerateFiles(web, "*.dll")).GroupBy(f => Path.GetFileName(f)).Select(g => g.Last())];
        }
        SyntaxTree[] extra = [CSharpSyntaxTree.ParseText(Declarations), CSharpSyntaxTree.ParseText(kind == "webapi" ? WebUsings : ConsoleUsings)];
        CSharpCompilation compilation = CSharpCompilation.Create(kind, [.. Trees(kind), .. extra], files.Select(f => MetadataReference.CreateFromFile(f)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        Assert.That(compilation.GetDiagnostics()
            .Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Location.SourceTree is { } tree && !extra.Contains(tree)), Is.Empty);
    }

    [Test]
    public void Input_and_output_are_the_columns_of_the_chain()
    {
        using MemoryStream zip = new();
        SmallModels.Create(["a", "b"]).Save(zip);
        MlNetModel model = MlNetModelReader.Read(zip);
        Assert.That(Properties("ModelInput"), Is.EqualTo(new[] { "ImagePath: string" }));
        Assert.That(model.InputColumns, Is.EqualTo(new[] { "ImagePath: text" }));
        Assert.That(Properties("ModelOutput"), Is.EqualTo(new[] { "Score: float[]", "PredictedLabel: string" }));
        MlNetPart predictor = model.Parts.Single().Parts.Single(p => p.Signature == "MC  PRED"), last = model.Parts.Single().Parts[^1];
        Assert.That(predictor.Details, Does.Contain("Score → Score, PredictedLabel; label Label").And.Contain("trained on Score: Single [1,2]"));
        Assert.That(last.Details, Does.Contain("PredictedLabel → PredictedLabel"));

        static IEnumerable<string> Properties(string type) => Trees("console").SelectMany(t => t.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>())
            .Single(c => c.Identifier.Text == type).Members.OfType<PropertyDeclarationSyntax>().Select(p => $"{p.Identifier.Text}: {p.Type}");
    }

    private static IEnumerable<SyntaxTree> Trees(string kind)
    {
        Dictionary<string, string> values = new() { ["Name"] = "App" };
        foreach ((string file, string text) in ProjectTemplate.Of(kind, mlNet: true).Files(values).Where(f => f.File.EndsWith(".cs", StringComparison.Ordinal)))
            yield return CSharpSyntaxTree.ParseText(text, path: file);
    }
}
