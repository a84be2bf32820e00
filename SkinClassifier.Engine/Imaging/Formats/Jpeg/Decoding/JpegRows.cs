using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Turns rows of component samples into rows of pixels: upsampling, then color conversion. Of every component the samples of
/// two rows of MCUs are kept, the newer ones overwriting the oldest, so that vertical upsampling sees its neighbors.
/// </summary>
internal sealed unsafe class JpegRows
{
    /// <summary>Bytes behind every row that vector code may read or write.</summary>
    public const int Slack = 64;

    private const int KeptLength = 8 << 20;

    private readonly JpegPlane[] _planes = [new(), new(), new(), new()];
    private byte[] _buffer = [];
    private JpegColors _colors;
    private int _count, _mcuHeight, _lag, _nextRow;

    /// <summary>Size of the image in pixels.</summary>
    public int Width { get; private set; }

    /// <inheritdoc cref="Width"/>
    public int Height { get; private set; }

    /// <summary>What takes the rows of pixels; null: the whole image is wanted.</summary>
    public RowResize? Resize { get; set; }

    /// <summary>Prepares for an image; <paramref name="mcuWidth"/> × <paramref name="mcuHeight"/> pixels come from one MCU.</summary>
    public void LayOut(ReadOnlySpan<JpegComponent> components, JpegColors colors, int width, int height, int mcuWidth, int mcuHeight)
    {
        Width = width;
        Height = height;
        _colors = colors;
        _mcuHeight = mcuHeight;
        _nextRow = 0;
        _lag = 0;
        _count = colors == JpegColors.Gray ? 1 : components.Length;
        nint length = 0;
        for (int i = 0; i < components.Length; i++)
        {
            JpegComponent component = components[i];
            JpegPlane plane = _planes[i];
            plane.LayOut(component, mcuWidth, mcuHeight);
            component.Plane = i;
            plane.Start = length;
            length += plane.Stride * plane.BandHeight * 2;
            plane.UpsampledStart = length;
            length += width + 2 * Slack;
            if (plane.NeedsNeighborRows)
                _lag = 2;
        }
        if (_buffer.Length < length)
            _buffer = GC.AllocateUninitializedArray<byte>(checked((int)length), pinned: true);
    }

    /// <summary>Lets go of a buffer that is too large to keep for the next image.</summary>
    public void Trim()
    {
        if (_buffer.Length > KeptLength)
            _buffer = [];
    }

    /// <summary>Bytes from one row of a component's samples to the next.</summary>
    public nint Stride(JpegComponent component) => _planes[component.Plane].Stride;

    /// <summary>Where the samples of a row of MCUs go.</summary>
    public byte* BandStart(JpegComponent component, int mcuRow)
    {
        JpegPlane plane = _planes[component.Plane];
        return Memory + plane.Start + (mcuRow & 1) * plane.BandHeight * plane.Stride;
    }

    /// <summary>
    /// Writes the rows of pixels that are complete once row <paramref name="mcuRow"/> of MCUs is there, to <paramref name="target"/> or <see cref="Resize"/>.
    /// </summary>
    public void Emit(byte* target, int mcuRow, bool last)
    {
        int end = last ? Height : Math.Min(Height, (mcuRow + 1) * _mcuHeight - _lag);
        byte** rows = stackalloc byte*[4];
        for (; _nextRow < end; _nextRow++)
        {
            if (Resize?.Needs(_nextRow) == false)
                continue;
            int first = Resize?.FirstColumn ?? 0;
            for (int i = 0; i < _count; i++)
                rows[i] = _planes[i].Upsample(Memory, _nextRow, Width) + first;
            if (Resize is null)
            {
                ColorConversion.ToRgb(_colors, rows, target + (nint)_nextRow * Width * 3, Width);
                continue;
            }
            ColorConversion.ToRgb(_colors, rows, Resize.Row + 3 * first, Resize.Columns);
            Resize.Take(_nextRow);
        }
    }

    private byte* Memory => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_buffer));
}
