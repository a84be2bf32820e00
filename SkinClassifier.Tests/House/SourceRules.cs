using System.Text.RegularExpressions;

namespace SkinClassifier.Tests.House;

/// <summary>Rules that every hand-written source file keeps, as functions over files, so that a test can show that each finds a bad one.</summary>
internal static partial class SourceRules
{
    public const int MaxLines = 500, MaxWidth = 160;

    // Names with capitals inside, beside those of our own types.
    private static readonly HashSet<string> _names =
        ["PyTorch", "TorchSharp", "NumPy",
            "ImageNet", "SqueezeNet", "ResNet", "DenseNet", "EfficientNet", "MobileNet", "MobileNetV2", "ConvNeXt", "RandAugment", "MixUp",
            "CutMix", "YCbCr", "sRGB", "NaN"];

    public static IEnumerable<string> LongFiles(IEnumerable<SourceFile> files) =>
        Written(files).Where(f => f.Lines.Length - 1 > MaxLines).Select(f => $"{f.Path}: {f.Lines.Length - 1} lines");

    public static IEnumerable<string> LongLines(IEnumerable<SourceFile> files) =>
        Written(files).SelectMany(f => f.Lines.Index().Where(l => l.Item.Length > MaxWidth).Select(l => $"{f.Path}:{l.Index + 1}: {l.Item.Length} characters"));

    public static IEnumerable<string> EmptyNames(IEnumerable<SourceFile> files) =>
        files.SelectMany(f => EmptyName().Matches(f.Text).Select(m => $"{f.Path}: {m.Value}"));

    public static IEnumerable<string> Unfinished(IEnumerable<SourceFile> files) =>
        files.SelectMany(f => UnfinishedWork().Matches(f.Text).Select(m => $"{f.Path}: {m.Value}"));

    /// <summary>Versions that a project file gives to a package; they belong into Directory.Packages.props.</summary>
    public static IEnumerable<string> OwnVersions(string name, string projectFile) =>
        OwnVersion().Matches(projectFile).Select(m => $"{name}: {m.Value}");

    /// <summary>
    /// Names of tests that are not a sentence with underscores (A_damaged_file_is_named). <paramref name="isType"/>: whether a word is the name of a
    /// type and so may have capitals inside.
    /// </summary>
    public static IEnumerable<string> TestNames(IEnumerable<string> names, Predicate<string> isType) => names.Where(name =>
        !Sentence().IsMatch(name) || name.Split('_').Any(word => InnerCapital().IsMatch(word) && !_names.Contains(word) && !isType(word)));

    private static IEnumerable<SourceFile> Written(IEnumerable<SourceFile> files) => files.Where(f => !f.IsGenerated);

    [GeneratedRegex(@"\b(class|struct|record|interface)\s+\w*(Helper|Helpers|Utils|Utility|Manager|Impl|Base)\b")]
    private static partial Regex EmptyName();

    // In two pieces, so that the rule does not find itself.
    [GeneratedRegex(
        "NotImplemented" + @"Exception|\bTO" + @"DO\b|\bFIX" + @"ME\b|\bHA" + @"CK\b|\[Ig" + @"nore|Assert\.Pa" + @"ss\(|Assert\.Incon" + @"clusive\(")]
    private static partial Regex UnfinishedWork();

    [GeneratedRegex(@"<PackageReference[^>]*\sVersion=")]
    private static partial Regex OwnVersion();

    [GeneratedRegex(@"^[A-Z0-9][A-Za-z0-9]*(_[A-Za-z0-9]+)+$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"[a-z][A-Z]")]
    private static partial Regex InnerCapital();
}
