using SkinClassifier.Tensors;

namespace SkinClassifier.Data;

/// <summary>Images ready for a network. Its buffers are used again: it is valid until the next batch is asked for.</summary>
internal sealed class ImageBatch
{
    private readonly ImagePreprocessor _preprocessor;
    private readonly float[] _pixels;
    private readonly int[] _labels, _indices;
    private readonly (int Width, int Height)[] _sizes;

    internal ImageBatch(ImagePreprocessor preprocessor, int capacity)
    {
        _preprocessor = preprocessor;
        _pixels = new float[checked(capacity * preprocessor.ValueCount)];
        _labels = new int[capacity];
        _indices = new int[capacity];
        _sizes = new (int, int)[capacity];
    }

    /// <summary>Most images that fit in.</summary>
    internal int Capacity => _labels.Length;

    /// <summary>Images in the batch: the batch size, less in the last batch and where images could not be read; may be 0.</summary>
    public int Count { get; internal set; }

    /// <summary>[N,3,H,W].</summary>
    public TensorShape Shape => new(Count, 3, _preprocessor.Height, _preprocessor.Width);

    /// <summary>R, G, B planes of every image, [N,3,H,W], values 0 to 255.</summary>
    public ReadOnlySpan<float> Pixels => _pixels.AsSpan(0, Count * _preprocessor.ValueCount);

    /// <summary><see cref="Pixels"/> as memory, for code that cannot hold a span.</summary>
    public ReadOnlyMemory<float> PixelMemory => _pixels.AsMemory(0, Count * _preprocessor.ValueCount);

    /// <summary>Class of every image, <see cref="ImageExample.LabelIndex"/>.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>Position of every image in the loader's examples.</summary>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    /// <summary>Size of every image before it was scaled (<see cref="ImageReader.Size"/>).</summary>
    public ReadOnlySpan<(int Width, int Height)> Sizes => _sizes.AsSpan(0, Count);

    internal void SetSize(int position, (int Width, int Height) size) => _sizes[position] = size;

    internal Span<float> ImageAt(int position) => _pixels.AsSpan(position * _preprocessor.ValueCount, _preprocessor.ValueCount);

    /// <summary>Moves the images that could be read together, in their order.</summary>
    internal void Compact(ReadOnlySpan<int> indices, ReadOnlySpan<string?> reasons, IReadOnlyList<ImageExample> examples)
    {
        int kept = 0;
        for (int position = 0; position < indices.Length; position++)
        {
            if (reasons[position] is not null)
                continue;
            if (kept != position)
                ImageAt(position).CopyTo(ImageAt(kept));
            _indices[kept] = indices[position];
            _sizes[kept] = _sizes[position];
            _labels[kept] = examples[indices[position]].LabelIndex;
            kept++;
        }
        Count = kept;
    }
}
