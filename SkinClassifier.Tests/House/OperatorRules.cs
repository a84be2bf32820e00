using System.Text.RegularExpressions;

namespace SkinClassifier.Tests.House;

/// <summary>Operators own their facts: nothing beside the catalog and the operators' files decides by lists of operator names.</summary>
internal static partial class OperatorRules
{
    /// <summary>Rooms that work on nodes of any operator.</summary>
    public static readonly string[] Rooms = ["SkinClassifier.Engine/Onnx/", "SkinClassifier.Engine/Execution/"];

    /// <summary>
    /// Files of <see cref="Rooms"/> that choose a fast path by name: which operators they can make fast is their own matter, nothing that the operator
    /// knows.
    /// </summary>
    public static readonly string[] Choosers = ["ChannelConstantTrainingStep.cs", "FusedColorConstancy.cs", "ShapeRewrites.cs"];

    public const int MaxNames = 2;

    /// <summary>Files of these rooms with more than <see cref="MaxNames"/> different operator names as texts.</summary>
    public static IEnumerable<string> NameLists(IEnumerable<SourceFile> files, IReadOnlyCollection<string> operators) =>
        from file in files
        where Rooms.Any(r => file.Path.StartsWith(r, StringComparison.Ordinal)) && !Choosers.Contains(Path.GetFileName(file.Path))
        let names = TextLiteral().Matches(file.Text).Select(m => m.Groups[1].Value).Where(operators.Contains).Distinct().ToArray()
        where names.Length > MaxNames
        select $"{file.Path}: {string.Join(", ", names)}";

    /// <summary>catch blocks below <paramref name="folder"/> that do not throw: they try something and swallow why it failed.</summary>
    public static IEnumerable<string> SwallowingCatches(IEnumerable<SourceFile> files, string folder) =>
        from file in files
        where file.Path.StartsWith(folder, StringComparison.Ordinal)
        from Match match in CatchBlock().Matches(file.Text)
        where !match.Groups[1].Value.Contains("throw", StringComparison.Ordinal)
        select $"{file.Path}: {match.Value.Split('\n')[0].Trim()}";

    [GeneratedRegex("\"([A-Za-z0-9]+)\"")]
    private static partial Regex TextLiteral();

    [GeneratedRegex(@"\bcatch\b[^{]*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")]
    private static partial Regex CatchBlock();
}
