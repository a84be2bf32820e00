using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet.Images;

namespace SkinClassifier.MLNet.Rows;

/// <summary>Buffers and result of one caller of an <see cref="ImageStep"/>. One image at a time.</summary>
internal abstract class ImageWork(int valueCount, int hiddenCount = 0) : IDisposable
{
    /// <summary>The result where it is a vector; all not-a-number where the image could not be read.</summary>
    public float[] Values { get; } = new float[valueCount];

    /// <summary>What a saved chain carries behind <see cref="Values"/>.</summary>
    public float[] Hidden { get; } = new float[hiddenCount];

    /// <summary>The result where it is an image, or the heat map of what explains; null where there is none or the image could not be read.</summary>
    public RgbImage? Image { get; protected set; }

    /// <summary>Whether the next images are explained, too. Default false.</summary>
    public bool Explains { get; set; }

    /// <summary>Why there is no result; empty where there is one.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Reads a row's image and works on it.</summary>
    /// <param name="read">Gets the image.</param>
    /// <param name="rowId">Number of the row, the same in every order of the rows.</param>
    /// <param name="throws">Whether an image that cannot be read is an exception.</param>
    public void Run(Func<ImageValue> read, ulong rowId, bool throws)
    {
        try
        {
            Compute(read(), rowId);
            Error = "";
        }
        catch (Exception error) when (!throws && DatasetBuilder.IsContentError(error))
        {
            Error = error.Message;
            Image = null;
            Array.Fill(Values, float.NaN);
            Array.Clear(Hidden);
        }
    }

    /// <summary>0-based class that the values stand for; −1 where there is none.</summary>
    public virtual int Best => -1;

    /// <summary>How much the image is like the training images; not-a-number where that is not known.</summary>
    public virtual float Familiarity => float.NaN;

    /// <summary>What the model's policy says; empty where there is no model or no result.</summary>
    public virtual DecisionTexts Texts => DecisionTexts.None;

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Fills <see cref="Values"/> or <see cref="Image"/>.</summary>
    protected abstract void Compute(in ImageValue image, ulong rowId);
}
