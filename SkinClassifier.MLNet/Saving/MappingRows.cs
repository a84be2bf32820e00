using Microsoft.ML.Data;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;

namespace SkinClassifier.MLNet.Saving;

/// <summary>A row of a saved chain before a step: the step's text and the image.</summary>
internal abstract class StepInput
{
    /// <summary>The step's text.</summary>
    [ColumnName(SavedChain.Text)]
    public ReadOnlyMemory<char> Text { get; set; }

    /// <summary>The image; where the column holds pixels, of a width and height.</summary>
    internal abstract ImageValue Image(int width, int height);
}

/// <summary>The image is a path.</summary>
internal sealed class PathInput : StepInput
{
    /// <summary>The path.</summary>
    [ColumnName(SavedChain.Image)]
    public ReadOnlyMemory<char> Path { get; set; }

    internal override ImageValue Image(int width, int height) => ImageValue.OfPath(Path.ToString());
}

/// <summary>The image is the content of a file, or pixels of four bytes: alpha, red, green, blue.</summary>
internal sealed class BytesInput : StepInput
{
    private byte[] _content = [];

    /// <summary>The bytes.</summary>
    [ColumnName(SavedChain.Image)]
    public VBuffer<byte> Bytes { get; set; }

    internal override ImageValue Image(int width, int height)
    {
        ReadOnlyMemory<byte> content = ImageGetter.Dense(Bytes, ref _content);
        return width == 0 ? ImageValue.OfContent(content) : ImageValue.OfImage(MLImagePixels.ToRgb(content.Span, width, height, (1, 2, 3, 0)));
    }
}

/// <summary>The image is ML.NET's.</summary>
internal sealed class ImageInput : StepInput
{
    /// <summary>The image.</summary>
    [ColumnName(SavedChain.Image), AnyImage]
    public MLImage? Pixels { get; set; }

    internal override ImageValue Image(int width, int height) => ImageValue.OfImage(MLImagePixels.ToRgb(Pixels));
}

/// <summary>A row of a saved chain after a step.</summary>
internal abstract class StepOutput
{
    /// <summary>Why there is no result; empty where there is one.</summary>
    [ColumnName(SavedChain.Error)]
    public ReadOnlyMemory<char> Error { get; set; }

    /// <summary>Takes the result.</summary>
    internal abstract void Fill(ImageWork work);
}

/// <summary>A row of a saved chain after a step whose result is a vector. The rest is 0.</summary>
internal abstract class VectorOutput : StepOutput
{
    /// <summary>The vector.</summary>
    internal abstract float[] Vector { get; }

    /// <summary>Fills the vector. Models of releases that had no hidden values may have no room for them.</summary>
    internal override void Fill(ImageWork work)
    {
        work.Values.CopyTo(Vector, 0);
        if (work.Values.Length + work.Hidden.Length <= Vector.Length)
            work.Hidden.CopyTo(Vector, work.Values.Length);
    }
}

/// <summary>Up to 1,024 values; the rest is 0.</summary>
internal sealed class Values1024 : VectorOutput
{
    /// <summary>Number of elements.</summary>
    internal const int Count = 1024;

    /// <summary>The values.</summary>
    [ColumnName(SavedChain.Values), VectorType(Count)]
    public float[] Values { get; set; } = new float[Count];

    internal override float[] Vector => Values;
}

/// <summary>Up to 65,536 values; the rest is 0.</summary>
internal sealed class Values65536 : VectorOutput
{
    /// <summary>Number of elements.</summary>
    internal const int Count = 65536;

    /// <summary>The values.</summary>
    [ColumnName(SavedChain.Values), VectorType(Count)]
    public float[] Values { get; set; } = new float[Count];

    internal override float[] Vector => Values;
}

/// <summary>An image.</summary>
internal sealed class ImageOutput : StepOutput
{
    /// <summary>The image.</summary>
    [ColumnName(SavedChain.Values), AnyImage]
    public MLImage? Pixels { get; set; }

    internal override void Fill(ImageWork work) => Pixels = work.Image is null ? null : MLImagePixels.ToMLImage(work.Image);
}

/// <summary>No columns.</summary>
internal sealed class NoInput { }

/// <summary>The key under which a lookup table holds the step's text.</summary>
internal sealed class TextKey
{
    /// <summary>Always 1.</summary>
    [ColumnName(SavedChain.Key)]
    public int Number { get; set; }
}
