namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>The samples of one component in the buffer of <see cref="JpegRows"/>, and how they become one sample per pixel.</summary>
internal sealed unsafe class JpegPlane
{
    private enum Upsampling { None, FancyH2V1, FancyH1V2, FancyH2V2, Replicate }

    private Upsampling _upsampling;
    private int _sampleWidth, _sampleHeight, _inWide, _inHigh, _outWide, _outHigh;

    /// <summary>Offset of the first sample.</summary>
    public nint Start;

    /// <summary>Offset of one row of upsampled samples.</summary>
    public nint UpsampledStart;

    /// <summary>Bytes from row to row.</summary>
    public nint Stride { get; private set; }

    /// <summary>Rows of samples that one row of MCUs brings.</summary>
    public int BandHeight { get; private set; }

    /// <summary>Whether a row of pixels needs rows of samples above and below.</summary>
    public bool NeedsNeighborRows => _upsampling is Upsampling.FancyH1V2 or Upsampling.FancyH2V2;

    /// <summary>Finds sizes and the kind of upsampling, as the Independent JPEG Group's library does; factors that are no integers replicate too.</summary>
    public void LayOut(JpegComponent component, int mcuWidth, int mcuHeight)
    {
        _inWide = component.H * component.BlockSize;
        _inHigh = BandHeight = component.V * component.BlockSize;
        _outWide = mcuWidth;
        _outHigh = mcuHeight;
        _sampleWidth = component.SampleWidth;
        _sampleHeight = component.SampleHeight;
        Stride = (component.BlocksWide * component.BlockSize + JpegRows.Slack + 63) & ~63;
        bool smooth = component.SmoothUpsampling, wideEnough = _sampleWidth > 2;
        bool twiceWide = _inWide * 2 == _outWide, twiceHigh = _inHigh * 2 == _outHigh;
        bool sameWide = _inWide == _outWide, sameHigh = _inHigh == _outHigh;
        _upsampling = sameWide && sameHigh ? Upsampling.None
            : smooth && twiceWide && sameHigh && wideEnough ? Upsampling.FancyH2V1
            : smooth && sameWide && twiceHigh ? Upsampling.FancyH1V2
            : smooth && twiceWide && twiceHigh && wideEnough ? Upsampling.FancyH2V2
            : Upsampling.Replicate;
    }

    /// <summary>Samples of row <paramref name="y"/> of the image, one per pixel.</summary>
    public byte* Upsample(byte* memory, int y, int width)
    {
        byte* target = memory + UpsampledStart;
        switch (_upsampling)
        {
            case Upsampling.None:
                return Row(memory, y);
            case Upsampling.FancyH2V1:
                ChromaUpsampling.Horizontal(Row(memory, y), target, _sampleWidth);
                return target;
            case Upsampling.FancyH1V2:
                ChromaUpsampling.Vertical(Row(memory, y >> 1), Neighbor(memory, y), target, _sampleWidth, (y & 1) + 1);
                return target;
            case Upsampling.FancyH2V2:
                ChromaUpsampling.Both(Row(memory, y >> 1), Neighbor(memory, y), target, _sampleWidth);
                return target;
            default:
                ChromaUpsampling.Replicate(Row(memory, y * _inHigh / _outHigh), target, width, _inWide, _outWide);
                return target;
        }
    }

    // The sample row that lies nearer to pixel row y than the one after next: above for even y, below for odd y; the edge rows repeat.
    private byte* Neighbor(byte* memory, int y) => Row(memory, Math.Clamp((y >> 1) + ((y & 1) == 0 ? -1 : 1), 0, _sampleHeight - 1));

    private byte* Row(byte* memory, int y) => memory + Start + y % (2 * BandHeight) * Stride;
}
