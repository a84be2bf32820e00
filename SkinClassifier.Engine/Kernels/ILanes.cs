namespace SkinClassifier.Kernels;

/// <summary>The 16 floats of one pixel in one block of channels, in whatever registers an instruction set has. Lane i is channel 16·block + i.</summary>
internal unsafe interface ILanes<T> where T : struct, ILanes<T>
{
    /// <summary>Reads 16 floats.</summary>
    static abstract T Load(float* from);

    /// <summary>Writes 16 floats.</summary>
    void Store(float* to);

    /// <summary>16 times the same number.</summary>
    static abstract T Create(float value);

    /// <summary>Lane by lane a + b.</summary>
    static abstract T operator +(T a, T b);

    /// <summary>Lane by lane a − b.</summary>
    static abstract T operator -(T a, T b);

    /// <summary>Lane by lane a · b.</summary>
    static abstract T operator *(T a, T b);

    /// <summary>Lane by lane a / b.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>Lane by lane a · b + c, rounded once where the instruction set can.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>Lane by lane x limited to low … high; NaN stays NaN.</summary>
    static abstract T Clip(T x, T low, T high);

    /// <summary>Lane by lane <paramref name="value"/> where low &lt; x &lt; high, else 0; 0 where x is NaN.</summary>
    static abstract T Between(T x, T low, T high, T value);

    /// <summary>Lane by lane the larger number; NaN when one is NaN.</summary>
    static abstract T Max(T a, T b);

    /// <summary>Lane by lane the nearest whole number.</summary>
    static abstract T Round(T x);

    /// <summary>Lane by lane x · 2^n for whole n in −150 … 128.</summary>
    static abstract T Scale(T x, T n);

    /// <summary>The sum of all 16 lanes.</summary>
    static abstract float Sum(T x);
}
