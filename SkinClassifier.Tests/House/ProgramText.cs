using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SkinClassifier.MLNet;

namespace SkinClassifier.Tests.House;

/// <summary>Compiles a program of a document and runs it in this process.</summary>
internal static class ProgramText
{
    /// <summary>What the program writes.</summary>
    /// <param name="code">A program of statements, then types.</param>
    /// <param name="namespaces">Its usings.</param>
    public static string Run(string code, params string[] namespaces)
    {
        string text = string.Concat(namespaces.Select(n => $"using {n};\n")) + code;
        MetadataReference[] references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Append(typeof(ImageNetworkTrainer).Assembly.Location).Distinct().Select(p => MetadataReference.CreateFromFile(p))];
        CSharpCompilation program = CSharpCompilation.Create("block", [CSharpSyntaxTree.ParseText(text)], references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        using MemoryStream image = new();
        Assert.That(program.Emit(image).Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS8632"), Is.Empty, code);
        MethodInfo main = Assembly.Load(image.ToArray()).EntryPoint!;
        TextWriter console = Console.Out;
        using StringWriter output = new();
        try
        {
            Console.SetOut(output);
            main.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }
        return output.ToString();
    }
}
