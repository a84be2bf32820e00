namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>A row cut into tiles of nearly equal width, none wider than a limit: wide ones first, then ones that are a pixel narrower.</summary>
internal readonly record struct RowCut(int WidePixels, int WideCount, int NarrowPixels, int NarrowCount)
{
    /// <summary>Cuts <paramref name="width"/> pixels.</summary>
    public static RowCut Of(int width, int limit)
    {
        int parts = (width + limit - 1) / limit, narrow = width / parts, wide = width % parts;
        return new RowCut(narrow + 1, wide, narrow, parts - wide);
    }
}
