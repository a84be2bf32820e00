using System.Runtime.CompilerServices;

namespace SkinClassifier.Kernels;

/// <summary>
/// e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2; e^r by a polynomial, about one unit in the last place
/// (coefficients: Moshier, Cephes library, expf).
/// </summary>
internal static class LaneExp
{
    /// <summary>e^x is 0 below.</summary>
    private const float Low = -104;

    /// <summary>e^x is ∞ above.</summary>
    private const float High = 89;

    /// <summary>1 / ln 2.</summary>
    private const float PerLog2 = 1.44269504f;

    /// <summary>The leading bits of ln 2: n times this number is exact.</summary>
    private const float Log2High = 0.693359375f;

    /// <summary>What is left of ln 2.</summary>
    private const float Log2Low = -2.12194440e-4f;

    /// <summary>Coefficient of r².</summary>
    private const float C0 = 5.0000001201e-1f;

    /// <summary>Coefficient of r³.</summary>
    private const float C1 = 1.6666665459e-1f;

    /// <summary>Coefficient of r⁴.</summary>
    private const float C2 = 4.1665795894e-2f;

    /// <summary>Coefficient of r⁵.</summary>
    private const float C3 = 8.3334519073e-3f;

    /// <summary>Coefficient of r⁶.</summary>
    private const float C4 = 1.3981999507e-3f;

    /// <summary>Coefficient of r⁷.</summary>
    private const float C5 = 1.9875691500e-4f;

    /// <summary>Lane by lane e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x) where T : struct, ILanes<T>
    {
        T v = T.Clip(x, T.Create(Low), T.Create(High)), n = T.Round(v * T.Create(PerLog2));
        T r = T.MultiplyAdd(n, T.Create(-Log2Low), T.MultiplyAdd(n, T.Create(-Log2High), v));
        T p = T.MultiplyAdd(T.Create(C5), r, T.Create(C4));
        p = T.MultiplyAdd(p, r, T.Create(C3));
        p = T.MultiplyAdd(p, r, T.Create(C2));
        p = T.MultiplyAdd(p, r, T.Create(C1));
        p = T.MultiplyAdd(p, r, T.Create(C0));
        return T.Scale(T.MultiplyAdd(p, r * r, r + T.Create(1)), n);
    }
}
