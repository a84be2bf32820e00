using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SkinClassifier.Imaging.Transforms;

/// <summary>
/// Resizes an image whose rows come one by one from the top, to the bytes that <see cref="Resampler"/> gives: each row is resized while it is in the cache, and
/// the whole image is never in memory. Its memory serves the next image. One thread at a time.
/// </summary>
internal sealed unsafe class RowResize
{
    /// <summary>Bytes behind the row that vector code may read.</summary>
    private const int Slack = 64;

    private byte[] _row = [], _middle = [];
    private ResampleWeights _horizontal, _vertical;
    private ResizeWindow _window;
    private int _firstRow, _endRow;

    /// <summary>Whether a window of an image of that size can be computed from its rows: both sides change, by weights.</summary>
    public static bool Takes(in ResizeWindow window, int width, int height) =>
        window.Filter != ResizeFilter.Nearest && window.FullWidth != width && window.FullHeight != height;

    /// <summary>The first pixel of a row that is needed.</summary>
    public int FirstColumn { get; private set; }

    /// <summary>How many pixels of a row are needed.</summary>
    public int Columns { get; private set; }

    /// <summary>Where the pixels of a row are to be written, 3 bytes each; only those that are needed have to be.</summary>
    public byte* Row => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_row));

    /// <summary>Begins an image of <paramref name="width"/> × <paramref name="height"/> pixels.</summary>
    public void Begin(in ResizeWindow window, int width, int height)
    {
        _window = window;
        _horizontal = new ResampleWeights(width, window.FullWidth, window.Left, window.Width, window.Filter, WideResampleRows.IsSupported);
        _vertical = new ResampleWeights(height, window.FullHeight, window.Top, window.Height, window.Filter);
        (FirstColumn, int endColumn) = _horizontal.Range;
        (_firstRow, _endRow) = _vertical.Range;
        Columns = endColumn - FirstColumn;
        Reserve(ref _row, 3 * width + Slack);
        Reserve(ref _middle, checked((_endRow - _firstRow) * 3 * window.Width));
    }

    /// <summary>Whether row <paramref name="y"/> is needed.</summary>
    public bool Needs(int y) => y >= _firstRow && y < _endRow;

    /// <summary>Takes what is in <see cref="Row"/> as row <paramref name="y"/>.</summary>
    public void Take(int y)
    {
        int stride = 3 * _window.Width;
        ResampleKernels.Row(_row, _horizontal, _middle.AsSpan((y - _firstRow) * stride, stride));
    }

    /// <summary>Writes the window, when all rows that are needed were there.</summary>
    public void Finish(Span<byte> destination)
    {
        Resampler.Columns(_middle, 3 * _window.Width, _vertical, destination[..(3 * _window.Width * _window.Height)]);
        _horizontal.Dispose();
        _vertical.Dispose();
        (_horizontal, _vertical) = (default, default);
    }

    /// <summary>Lets go of memory that is larger than <paramref name="bytes"/>.</summary>
    public void Trim(int bytes)
    {
        if (_row.Length + _middle.Length > bytes)
            (_row, _middle) = ([], []);
    }

    private static void Reserve(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<byte>(length, pinned: true);
    }
}
