namespace SkinClassifier.Explanations;

/// <summary>What stands in the place of pixels that are taken away.</summary>
public enum ExplanationFill
{
    /// <summary>The mean color of the image itself.</summary>
    Mean,

    /// <summary>Black.</summary>
    Black,

    /// <summary>The image itself, blurred so far that no structure is left.</summary>
    Blur,
}
