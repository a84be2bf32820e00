using SkinClassifier.Data;

namespace SkinClassifier.Compare.Output;

/// <summary>What a comparison leaves.</summary>
/// <param name="Facts">What was compared on what, in the order in which it is shown: name → value.</param>
/// <param name="Rows">The rows that are done.</param>
/// <param name="IsFinished">Whether all rows are there.</param>
/// <param name="Warnings">Doubtful things, each a sentence.</param>
/// <param name="Skipped">Images that were left out.</param>
internal sealed record ComparisonResult(IReadOnlyList<KeyValuePair<string, string>> Facts, IReadOnlyList<ComparisonRow> Rows, bool IsFinished,
    IReadOnlyList<string> Warnings, IReadOnlyList<SkippedFile> Skipped);
