using SkinClassifier.Data;

namespace SkinClassifier.Trainers.Features;

/// <summary>Features of the readable images of a dataset.</summary>
/// <param name="Values">Features [N,F], row after row.</param>
/// <param name="Labels">Class index of each row.</param>
/// <param name="Length">F.</param>
/// <param name="Examples">Position of each row's image in the dataset.</param>
/// <param name="Skipped">Images that could not be read.</param>
internal sealed record FeatureTable(float[] Values, int[] Labels, int Length, int[] Examples, IReadOnlyList<SkippedFile> Skipped)
{
    /// <summary>Number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>A copy of some rows.</summary>
    public FeatureTable Rows(int[] rows) =>
        new(Rows(Values, Length, rows), [.. rows.Select(n => Labels[n])], Length, [.. rows.Select(n => Examples[n])], []);

    /// <summary>A copy of these rows and those of another table behind them, whose positions are meaningless here: −1.</summary>
    public FeatureTable With(FeatureTable others) => new([.. Values, .. others.Values], [.. Labels, .. others.Labels], Length,
        [.. Examples, .. Enumerable.Repeat(-1, others.Count)], []);

    /// <summary>A copy of some rows of values [N,F].</summary>
    public static float[] Rows(float[] values, int length, int[] rows)
    {
        float[] chosen = new float[rows.Length * length];
        for (int i = 0; i < rows.Length; i++)
            values.AsSpan(rows[i] * length, length).CopyTo(chosen.AsSpan(i * length));
        return chosen;
    }
}
