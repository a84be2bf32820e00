using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Audit;

/// <summary>label-suspects.csv: a list for a person to go through from the top and to fill in the column action (<see cref="LabelReview"/>).</summary>
internal static class LabelSuspectsFile
{
    /// <summary>Its usual name.</summary>
    public const string Name = "label-suspects.csv";

    /// <summary>Names of columns that <see cref="LabelReview"/> reads.</summary>
    public const string Path = "path", Label = "label", Suggested = "suggested", Action = "action";

    /// <summary>Writes <c>path,label,suggested,score,rank,isSuspect,action</c>, the most doubtful image first; action is empty.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="suspects">The ranked images.</param>
    /// <param name="examples">The images that <see cref="LabelSuspect.Index"/> speaks of.</param>
    /// <param name="labels">Class names.</param>
    public static void Write(string path, IReadOnlyList<LabelSuspect> suspects, IReadOnlyList<ImageExample> examples, IReadOnlyList<string> labels)
    {
        CsvText csv = new(Path, Label, Suggested, "score", "rank", "isSuspect", Action);
        for (int i = 0; i < suspects.Count; i++)
        {
            LabelSuspect suspect = suspects[i];
            csv.Row(examples[suspect.Index].Path, labels[suspect.Label], labels[suspect.Suggested],
                suspect.Score.ToString("0.000000", CultureInfo.InvariantCulture),
                (i + 1).ToString(CultureInfo.InvariantCulture), suspect.IsSuspect ? "true" : "false", "");
        }
        AtomicFile.WriteText(path, csv.ToString());
    }
}
