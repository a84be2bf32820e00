using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Where a window of Conv or a pooling operator lies on one image plane. One spatial axis is treated as a plane of height 1.
/// Output pixel (oh, ow) and tap (kh, kw) read input pixel (oh·StrideH − PadTop + kh·DilationH, ow·StrideW − PadLeft + kw·DilationW).
/// </summary>
internal readonly record struct Window(int InH, int InW, int OutH, int OutW, int KernelH, int KernelW, int StrideH, int StrideW, int DilationH,
    int DilationW, int PadTop, int PadLeft, int PadBottom, int PadRight)
{
    /// <summary>A 1×1 window with stride 1 and no padding: input and output planes coincide.</summary>
    public bool IsPoint => KernelH == 1 && KernelW == 1 && StrideH == 1 && StrideW == 1 && OutH == InH && OutW == InW && PadTop == 0 && PadLeft == 0;

    /// <summary>Output columns [from, to) whose tap <paramref name="kw"/> lies inside the image.</summary>
    public (int From, int To) Columns(int kw) => Range(kw * DilationW - PadLeft, StrideW, InW, OutW);

    /// <summary>Output rows [from, to) whose tap <paramref name="kh"/> lies inside the image.</summary>
    public (int From, int To) Rows(int kh) => Range(kh * DilationH - PadTop, StrideH, InH, OutH);

    /// <summary>Places in the plane under output pixel (<paramref name="oh"/>, <paramref name="ow"/>), row by row; none in the padding.</summary>
    public UnderWindow Under(int oh, int ow) => new(this, oh * StrideH - PadTop, ow * StrideW - PadLeft);

    private static (int From, int To) Range(int offset, int stride, int length, int outLength)
    {
        int from = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
        int to = length - offset <= 0 ? 0 : Math.Min(outLength, (length - offset + stride - 1) / stride);
        return (Math.Min(from, outLength), Math.Max(to, Math.Min(from, outLength)));
    }
}

/// <summary>The places of a plane under one window, for foreach.</summary>
internal struct UnderWindow(Window window, int top, int left)
{
    private int _kh, _kw = -1;

    /// <summary>Place in the plane: row · width + column.</summary>
    public int Current { get; private set; }

    public readonly UnderWindow GetEnumerator() => this;

    public bool MoveNext()
    {
        for (; _kh < window.KernelH; _kh++, _kw = -1)
        {
            int ih = top + _kh * window.DilationH;
            if ((uint)ih >= (uint)window.InH)
                continue;
            while (++_kw < window.KernelW)
            {
                int iw = left + _kw * window.DilationW;
                if ((uint)iw >= (uint)window.InW)
                    continue;
                Current = ih * window.InW + iw;
                return true;
            }
        }
        return false;
    }
}

/// <summary>The attributes that Conv, MaxPool and AveragePool share: kernel_shape, strides, dilations, pads, auto_pad, ceil_mode.</summary>
internal sealed class WindowAttributes
{
    private readonly string _opType;
    private readonly long[]? _kernel, _strides, _dilations, _pads;

    public WindowAttributes(string opType, OperatorAttributes attributes)
    {
        _opType = opType;
        _kernel = attributes.Ints("kernel_shape");
        _strides = attributes.Ints("strides");
        _dilations = attributes.Ints("dilations");
        _pads = attributes.Ints("pads");
        AutoPad = attributes.Text("auto_pad", "NOTSET");
        CeilMode = attributes.Int("ceil_mode", 0) != 0;
    }

    /// <summary>Why the attributes are not supported, or null.</summary>
    public string? Refusal =>
        AutoPad is not ("NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER")
            ? Expect.Attribute(_opType, "auto_pad", AutoPad, "NOTSET, VALID, SAME_UPPER, SAME_LOWER")
        : (_strides ?? []).Concat(_dilations ?? []).Concat(_kernel ?? []).FirstOrDefault(v => v is < 1 or > 65536, 1) is not 1 and var value
            ? Expect.Attribute(_opType, "kernel_shape, strides or dilations", $"{value}", "1 to 65536")
        : (_pads ?? []).FirstOrDefault(v => v is < 0 or > 65536) is not 0 and var pad ? Expect.Attribute(_opType, "pads", $"{pad}", "0 to 65536")
        : null;

    /// <summary>NOTSET, VALID, SAME_UPPER or SAME_LOWER.</summary>
    public string AutoPad { get; }

    /// <summary>Whether the output length is rounded up (pooling only).</summary>
    public bool CeilMode { get; }

    /// <summary>Whether kernel_shape is given (it may be left out in Conv).</summary>
    public bool HasKernel => _kernel is not null;

    /// <summary>The window for an input that fits.</summary>
    /// <exception cref="Common.ShapeMismatchException">The input does not fit.</exception>
    public Window Fit(TensorShape x, ReadOnlySpan<int> kernel = default)
    {
        ShapeCheck check = new(_opType);
        return Fit(check, x, kernel) ?? throw check.Error();
    }

    /// <summary>
    /// The window for input <paramref name="x"/> [N,C,W] or [N,C,H,W], or null; <paramref name="kernel"/> is the kernel's spatial lengths when
    /// kernel_shape is not given.
    /// </summary>
    public Window? Fit(ShapeCheck check, TensorShape x, ReadOnlySpan<int> kernel = default)
    {
        if (!check.Rank("X", x, 3, 4))
            return null;
        int axes = x.Rank - 2;
        if (!HasLength(check, "kernel_shape", _kernel, axes) || !HasLength(check, "strides", _strides, axes)
            || !HasLength(check, "dilations", _dilations, axes) || !HasLength(check, "pads", _pads, 2 * axes))
            return null;
        if (_kernel is null && kernel.Length != axes && !check.No($"a kernel with {axes} spatial axes", $"{kernel.Length}")
            || Fit(check, x[x.Rank - 1], axes - 1, axes, kernel) is not Side w
            || (axes == 2 ? Fit(check, x[x.Rank - 2], 0, axes, kernel) : new Side(1, 1, 1, 1, 0, 0)) is not Side h)
            return null;
        return new Window(
            axes == 2 ? x[2] : 1, x[x.Rank - 1], h.Out, w.Out, h.Kernel, w.Kernel, h.Stride, w.Stride, h.Dilation, w.Dilation, h.Head, w.Head, h.Tail, w.Tail);
    }

    /// <summary>Shape of the output with <paramref name="channels"/> channels.</summary>
    public static TensorShape Output(TensorShape x, int channels, Window window) =>
        x.Rank == 3 ? new TensorShape(x[0], channels, window.OutW) : new TensorShape(x[0], channels, window.OutH, window.OutW);

    private Side? Fit(ShapeCheck check, int length, int axis, int axes, ReadOnlySpan<int> kernel)
    {
        int k = _kernel is null ? kernel[axis] : (int)_kernel[axis];
        int stride = _strides is null ? 1 : (int)_strides[axis], dilation = _dilations is null ? 1 : (int)_dilations[axis];
        long extent = (long)(k - 1) * dilation + 1;
        long head = 0, tail = 0, count;
        if (AutoPad is "SAME_UPPER" or "SAME_LOWER")
        {
            count = ((long)length + stride - 1) / stride;
            long total = Math.Max(0, (count - 1) * stride + extent - length);
            head = AutoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
            tail = total - head;
        }
        else
        {
            if (AutoPad == "NOTSET" && _pads is not null)
                (head, tail) = (_pads[axis], _pads[axes + axis]);
            long room = length + head + tail - extent;
            if (room < 0 || length == 0)
            {
                check.No($"an image of at least {extent} pixels with padding along spatial axis {axis}", $"{length} pixels and {head + tail} of padding");
                return null;
            }
            count = (CeilMode && AutoPad == "NOTSET" ? (room + stride - 1) / stride : room / stride) + 1;
            if (CeilMode && (count - 1) * stride >= length + head)
                count--; // a window that would start in the padding behind the image is left out
        }
        return check.Length(count, out int result) ? new Side(result, k, stride, dilation, (int)head, (int)tail) : null;
    }

    private static bool HasLength(ShapeCheck check, string name, long[]? values, int expected) =>
        values is null || values.Length == expected || check.No($"{name} with {expected} numbers for this input", $"{values.Length}");

    private readonly record struct Side(int Out, int Kernel, int Stride, int Dilation, int Head, int Tail);
}
