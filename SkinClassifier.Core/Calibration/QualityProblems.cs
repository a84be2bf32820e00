namespace SkinClassifier.Calibration;

/// <summary>What makes an image unusable; several may hold at once.</summary>
[Flags]
internal enum QualityProblems
{
    /// <summary>Nothing: the image can be used.</summary>
    None = 0,

    /// <summary>It has far fewer pixels than the network's input.</summary>
    Tiny = 1,

    /// <summary>It shows nothing: one color.</summary>
    Blank = 2,

    /// <summary>It is too dark.</summary>
    Dark = 4,

    /// <summary>A large part of it is pure white.</summary>
    Glare = 8,

    /// <summary>It is less sharp than the training images.</summary>
    Blurred = 16,
}
