using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SkinClassifier.Models.MlNet;
using SkinClassifier.Tests.Models;
using SkinClassifier.Tests.Models.MlNet;
using SkinClassifier.Training.Projects;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>
/// The projects for ML.NET: always compiled against the real packages, in process; restored, built and run by the slow test.
/// </summary>
public sealed class MlNetTemplateTests : FolderTests
{
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
    public void They_compile_against_ML_NET([Values("console", "webapi")] string kind)
    {
        List<string> files = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f =>
                Path.GetFileName(f) is var name && (name.StartsWith("System.", StringComparison.Ordinal)
                    || name.StartsWith("Microsoft.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll"))];
        if (kind == "webapi")
        {
            string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!, version = Path.GetFileName(framework);
            string web = Path.Combine(framework, "..", "..", "Microsoft.AspNetCore.App", version);
            Assume.That(Directory.Exists(web), $"ASP.NET Core {version} is not installed");
            files = [.. files.Concat(Directory.EnumerateFiles(web, "*.dll")).GroupBy(f => Path.GetFileName(f)).Select(g => g.Last())];
        }
        SyntaxTree[] extra = [CSharpSyntaxTree.ParseText(kind == "webapi" ? WebUsings : ConsoleUsings)];
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

    [Test, Category("Slow")]
    public async Task A_written_project_restores_builds_without_warnings_and_gives_the_label_of_predict([Values("console", "webapi")] string kind)
    {
        string model = _folder.File("model.zip"), app = _folder.File("app"), image = _folder.File("image.png");
        SmallModels.Create(["red", "green", "blue"], size: 32).Save(model);
        ChainPixelsTests.Photograph(200, 150).Save(image);
        Assert.That(Cli.Run("new", kind, "-o", app, "--model", model, "--mlnet").Code, Is.Zero);
        using SkinClassifier.Prediction.PredictionEngine engine = new(SkinClassifier.Models.ImageClassificationModel.Load(model));
        SkinClassifier.Prediction.ImagePrediction expected = engine.Predict(image);
        (int code, string text) = await RunAsync("dotnet", "build", app, "-c", "Release", "--nologo", "-v", "q", "-p:TreatWarningsAsErrors=true");
        Assert.That(code, Is.Zero, text);
        string program = Path.Combine(app, "bin", "Release", "net10.0", "app.dll");
        if (kind == "console")
        {
            (code, text) = await RunAsync("dotnet", program, image);
            Assert.That(code, Is.Zero, text);
            Assert.That(text, Does.StartWith($"{image}: {expected.PredictedLabel}\n"));
            Assert.That(text, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"  {expected.Scores[0].Score:0.000}  {expected.PredictedLabel}")));
            (code, text) = await RunAsync("dotnet", program, _folder.File("none.png"));
            Assert.That((code, text), Is.EqualTo((3, $"{_folder.File("none.png")}: {_folder.File("none.png")}: there is no such image.\n")));
            return;
        }
        using Process service = Process.Start(new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true })!;
        try
        {
            string? line;
            const string listening = "Now listening on: ";
            while ((line = await service.StandardOutput.ReadLineAsync()) is not null && !line.Contains(listening, StringComparison.Ordinal)) { }
            Assert.That(line, Is.Not.Null, "the service ended");
            using HttpClient client = new() { BaseAddress = new Uri(line![(line.IndexOf(listening, StringComparison.Ordinal) + listening.Length)..]) };
            Assert.That(await LabelAsync(client, image), Is.EqualTo(expected.PredictedLabel));
            using HttpResponseMessage refused = await client.PostAsync("/predict", new ByteArrayContent([1, 2, 3]));
            Assert.That((int)refused.StatusCode, Is.EqualTo(400));
            string other = _folder.File("other.zip");
            SmallModels.Create(["x", "y", "z"], size: 32).Save(other);
            File.Move(other, Path.Combine(app, "bin", "Release", "net10.0", "model.zip"), overwrite: true);
            Assert.That(await LabelAsync(client, image), Is.AnyOf("x", "y", "z"), "the changed model");
        }
        finally
        {
            service.Kill(entireProcessTree: true);
        }
    }

    private static async Task<string> LabelAsync(HttpClient client, string image)
    {
        using HttpResponseMessage response = await client.PostAsync("/predict", new ByteArrayContent(File.ReadAllBytes(image)));
        string text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("predictedLabel").GetString()!;
    }

    private static async Task<(int Code, string Text)> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    private static IEnumerable<SyntaxTree> Trees(string kind)
    {
        Dictionary<string, string> values = new() { ["Name"] = "App" };
        foreach ((string file, string text) in ProjectTemplate.Of(kind, mlNet: true).Files(values).Where(f => f.File.EndsWith(".cs", StringComparison.Ordinal)))
            yield return CSharpSyntaxTree.ParseText(text, path: file);
    }
}
