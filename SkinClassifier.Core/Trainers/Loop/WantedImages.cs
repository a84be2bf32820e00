using SkinClassifier.Data;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Images in the order in which they are wanted, decoded ahead, one by one; tells of each whether it could be read.</summary>
internal sealed class WantedImages(BatchLoader loader) : IDisposable
{
    private IEnumerator<ImageBatch>? _batches;
    private int _at;
    private bool _isOpen;

    /// <summary>Begins to read images (positions in the loader's examples); what was begun before is dropped.</summary>
    public void Begin(IReadOnlyList<int> images, int epoch)
    {
        Dispose();
        _batches = loader.Load(images, epoch).GetEnumerator();
        (_at, _isOpen) = (0, _batches.MoveNext());
    }

    /// <summary>Copies the next wanted image; false where it could not be read.</summary>
    public bool Read(int image, Span<float> pixels)
    {
        while (_isOpen && _at == _batches!.Current.Count)
            (_at, _isOpen) = (0, _batches.MoveNext());
        if (!_isOpen || _batches!.Current.Indices[_at] != image)
            return false;
        _batches.Current.Pixels.Slice(_at++ * pixels.Length, pixels.Length).CopyTo(pixels);
        return true;
    }

    /// <summary>Stops reading.</summary>
    public void Dispose()
    {
        _batches?.Dispose();
        (_batches, _isOpen) = (null, false);
    }
}
