using System.Text.RegularExpressions;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Tests.House;

/// <summary>Documents for users name only what users can call. Documents for contributors (architecture, extending, decisions) may name more.</summary>
public sealed partial class DocumentNameTests
{
    private static readonly Type[] Types = [.. new[] { typeof(RgbImage), typeof(ImageClassificationModel) }.SelectMany(t => t.Assembly.GetTypes())
        .Where(t => !t.IsNested && !t.Name.Contains('<'))];

    // A name that is public in any way, or an operator's, may stand in a document although there is an internal type of the same name.
    private static readonly HashSet<string> Callable = [.. Types.Where(t => t.IsPublic).SelectMany(t => t.GetMembers().Select(m => m.Name).Append(t.Name)),
        .. OperatorCatalog.OpTypes];

    private static readonly HashSet<string> Internal = [.. Types.Where(t => !t.IsPublic).Select(t => t.Name).Where(name => !Callable.Contains(name))];

    [Test]
    public void Documents_for_users_name_no_internal_type()
    {
        string[] documents =
        [
            .. new[] { "abstaining", "augmentation", "cli", "datasets", "hosting", "metrics", "mlnet", "model-format", "onnx", "training" }
                .Select(d => $"docs/{d}.md"),
            "README.md", "samples/README.md",
            .. new[] { "Engine", "Core", "Hosting", "MLNet", "Training" }.Select(p => $"SkinClassifier.{p}/README.md"),
        ];
        Assert.That(Internal, Has.Count.GreaterThan(100));
        Assert.That(documents.SelectMany(d => Hidden(File.ReadAllText(Path.Combine(SharedFiles.Repository, d))).Select(name => $"{d}: {name}")), Is.Empty);
    }

    [Test]
    public void An_internal_name_in_a_document_is_found() =>
        Assert.That(Hidden("`MlNetModelReader.Read(…)` and `RgbImage.Load`, `Conv`, `LearningRateSchedule.Cosine()`; SearchSpace"),
            Is.EqualTo(new[] { "MlNetModelReader" }));

    private static IEnumerable<string> Hidden(string text) => Quoted().Matches(text).Select(m => m.Groups[1].Value).Where(Internal.Contains);

    [GeneratedRegex(@"`([A-Z]\w+)(?![\w/])[^`\n]*`")]
    private static partial Regex Quoted();
}
