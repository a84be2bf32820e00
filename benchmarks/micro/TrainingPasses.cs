using BenchmarkDotNet.Attributes;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Benchmarks.Micro;

/// <summary>Passes of a training step over one tensor of 16 channels: normalization with activation, and its gradient. In cache and from memory.</summary>
public unsafe class TrainingPasses
{
    private readonly GradientKernels _kernels = GradientKernels.For(KernelFamily.Current);
    private readonly PinnedFloats _channels = new(64);
    private NativeBuffer _x = null!, _y = null!, _z = null!;

    /// <summary>Pixels: 64 KB, and 64 MB.</summary>
    [Params(1024, 1024 * 1024)]
    public int Pixels { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        (_x, _y, _z) = (new NativeBuffer(Pixels * 16), new NativeBuffer(Pixels * 16), new NativeBuffer(Pixels * 16));
        new Span<float>(_x.Pointer, Pixels * 16).Fill(1.5f);
    }

    [GlobalCleanup]
    public void Free()
    {
        _x.Dispose();
        _y.Dispose();
        _z.Dispose();
    }

    [Benchmark]
    public void Map() => _kernels.Map(_x.Pointer, 16, _y.Pointer, Pixels, Relu6);

    [Benchmark]
    public void MapGradient() => _kernels.MapGradient(_x.Pointer, _z.Pointer, _y.Pointer, Pixels, Relu6, _channels.Pointer, _channels.Pointer + 16);

    private ChannelMap Relu6 => new() { Scale = _channels.Pointer + 32, Shift = _channels.Pointer + 48, Low = 0, High = 6 };
}
