namespace SkinClassifier.Data.Augmentations;

/// <summary>What is seen beyond the edge when a picture is moved, turned or made smaller. Shown for the row a b c d.</summary>
internal enum FillMode
{
    /// <summary>The nearest pixel of the edge: a a a | a b c d | d d d.</summary>
    Nearest,

    /// <summary>The picture mirrored at its edge: c b a | a b c d | d c b.</summary>
    Reflect,

    /// <summary>One colour.</summary>
    Constant,

    /// <summary>The picture again: b c d | a b c d | a b c.</summary>
    Wrap,
}

/// <summary>Fill mode and, for <see cref="FillMode.Constant"/>, its colour.</summary>
internal readonly record struct Fill(FillMode Mode, byte R, byte G, byte B);
