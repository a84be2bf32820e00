namespace SkinClassifier.Execution.Layout;

/// <summary>Floats at a fixed, cache-line aligned address, freed by the garbage collector.</summary>
internal sealed unsafe class PinnedFloats
{
    private readonly float[] _values;
    private readonly int _offset;

    /// <summary>Takes memory of zeros.</summary>
    public PinnedFloats(long length)
    {
        _values = GC.AllocateArray<float>(checked((int)(length + MemoryPlan.Granule)), pinned: true);
        fixed (float* start = _values)
            _offset = (int)((64 - (nint)start % 64) % 64 / sizeof(float));
        Length = (int)length;
    }

    /// <summary>Usable floats.</summary>
    public int Length { get; }

    /// <summary>The first float.</summary>
    public float* Pointer
    {
        get
        {
            fixed (float* start = _values)
                return start + _offset; // pinned for life
        }
    }

    /// <summary>All floats.</summary>
    public Memory<float> Memory => _values.AsMemory(_offset, Length);
}
