using System.Reflection;
using System.Text;
using SkinClassifier.Dermatology.Fhir;
using SkinClassifier.Distributed;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Hosting;
using SkinClassifier.Models;

namespace SkinClassifier.Tests.House;

/// <summary>
/// The public surface of the packages is written down in docs/public-api.txt, so that a change of it is seen in review.
/// To accept a change: SKINCLASSIFIER_WRITE_API=1 dotnet test -c Release --filter PublicApi
/// </summary>
public sealed class PublicApiTests
{
    [Test]
    public void Public_surface_is_the_written_one()
    {
        string path = Path.Combine(SharedFiles.Repository, "docs", "public-api.txt");
        string actual =
            string.Join("\n", new[] { typeof(RgbImage), typeof(ImageClassificationModel), typeof(IPredictionEnginePools), typeof(FhirReport),
                typeof(MpiProcessGroup), typeof(ImageNetworkTrainer), typeof(PredictionEnginePool<,>) }.Select(t => Describe(t.Assembly)));
        if (Environment.GetEnvironmentVariable("SKINCLASSIFIER_WRITE_API") == "1")
            File.WriteAllText(path, actual);
        Assert.That(actual.Split('\n'), Is.EqualTo(File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n')),
            "the public surface differs from docs/public-api.txt; set SKINCLASSIFIER_WRITE_API=1 and run this test to accept it");
    }

    private static string Describe(Assembly assembly)
    {
        StringBuilder text = new();
        text.Append("# ").Append(assembly.GetName().Name).Append('\n');
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type, full: true)).Append('\n');
            foreach (string member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(m => m is not MethodInfo { IsSpecialName: true } && m is not Type && !m.Name.Contains('<') && !(type.IsEnum && m.Name == "value__"))
                .Select(Describe).Order(StringComparer.Ordinal))
                text.Append("  ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsValueType: true } => "struct",
        { IsInterface: true } => "interface",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Describe(MemberInfo member) => member switch
    {
        MethodInfo m =>
            $"{(m.IsStatic ? "static " : "")}{Name(m.ReturnType)} "
            + $"{m.Name}{(m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(a => a.Name))}>" : "")}({Parameters(m)})",
        ConstructorInfo c => $"new({Parameters(c)})",
        PropertyInfo p =>
            $"{((p.GetMethod ?? p.SetMethod)!.IsStatic ? "static " : "")}{Name(p.PropertyType)} {p.Name} {{ "
            + $"{(p.CanRead ? "get; " : "")}"
            + $"{(p.SetMethod is { IsPublic: true } s ? s.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? "init; " : "set; " : "")}}}",
        FieldInfo f => $"{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{Name(f.FieldType)} {f.Name}",
        EventInfo e => $"event {Name(e.EventHandlerType!)} {e.Name}",
        _ => member.ToString()!,
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? " = …" : "")}"));

    private static string Name(Type type, bool full = false)
    {
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        string name = full && type.FullName is not null ? type.FullName.Split('`')[0] : type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(a => Name(a)))}>" : name;
    }
}
