namespace SkinClassifier.Data.Augmentations;

/// <summary>What is seen beyond the edge when an image is moved, turned or made smaller. Shown for the row a b c d.</summary>
internal enum FillMode
{
    /// <summary>The nearest pixel of the edge: a a a | a b c d | d d d.</summary>
    Nearest,

    /// <summary>The image mirrored at its edge: c b a | a b c d | d c b.</summary>
    Reflect,

    /// <summary>One color.</summary>
    Constant,

    /// <summary>The image again: b c d | a b c d | a b c.</summary>
    Wrap,
}

/// <summary>Fill mode and, for <see cref="FillMode.Constant"/>, its color.</summary>
internal readonly record struct Fill(FillMode Mode, byte R, byte G, byte B);
