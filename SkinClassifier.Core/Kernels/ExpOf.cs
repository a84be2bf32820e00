namespace SkinClassifier.Kernels;

/// <summary>
/// Numbers of e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2; e^r by a polynomial, about one unit in the last place
/// (coefficients: Moshier, Cephes library, expf).
/// </summary>
internal static class ExpOf
{
    /// <summary>e^x is 0 below.</summary>
    public const float Low = -104;

    /// <summary>e^x is ∞ above.</summary>
    public const float High = 89;

    /// <summary>1 / ln 2.</summary>
    public const float PerLog2 = 1.44269504f;

    /// <summary>The leading bits of ln 2: n times this number is exact.</summary>
    public const float Log2High = 0.693359375f;

    /// <summary>What is left of ln 2.</summary>
    public const float Log2Low = -2.12194440e-4f;

    /// <summary>Coefficient of r².</summary>
    public const float C0 = 5.0000001201e-1f;

    /// <summary>Coefficient of r³.</summary>
    public const float C1 = 1.6666665459e-1f;

    /// <summary>Coefficient of r⁴.</summary>
    public const float C2 = 4.1665795894e-2f;

    /// <summary>Coefficient of r⁵.</summary>
    public const float C3 = 8.3334519073e-3f;

    /// <summary>Coefficient of r⁶.</summary>
    public const float C4 = 1.3981999507e-3f;

    /// <summary>Coefficient of r⁷.</summary>
    public const float C5 = 1.9875691500e-4f;
}
