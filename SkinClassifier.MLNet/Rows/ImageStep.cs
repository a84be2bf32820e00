using SkinClassifier.MLNet.Saving;

namespace SkinClassifier.MLNet.Rows;

/// <summary>What a transformer makes of one image. Immutable; every cursor has an <see cref="ImageWork"/> of its own.</summary>
internal abstract class ImageStep
{
    /// <summary>The name in messages.</summary>
    public abstract string Name { get; }

    /// <summary>Number of values; 0 where the result is an image.</summary>
    public abstract int ValueCount { get; }

    /// <summary>Number of values that a saved chain carries behind those of <see cref="ValueCount"/>.</summary>
    public virtual int HiddenCount => 0;

    /// <summary>Whether an image that cannot be read stops the cursor. False: missing values, a text in the error column and a warning.</summary>
    public bool ThrowOnUnreadableImage { get; init; }

    /// <summary>The buffers of one caller.</summary>
    public abstract ImageWork NewWork();

    /// <summary>Everything that a reader needs, for a saved model.</summary>
    public abstract SavedText Save();
}
