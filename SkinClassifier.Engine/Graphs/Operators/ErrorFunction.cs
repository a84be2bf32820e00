namespace SkinClassifier.Graphs.Operators;

/// <summary>erf in double precision by rational approximations (W. J. Cody, Mathematics of Computation 23, 1969).</summary>
internal static class ErrorFunction
{
    private static readonly double[] _a = [1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];
    private static readonly double[] _b = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
    private static readonly double[] _c = [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
        2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3];
    private static readonly double[] _d = [1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
        3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3];

    /// <summary>erf(x); ±1 exactly (to 2e-8) beyond ±4.</summary>
    public static double Of(double x)
    {
        double size = Math.Abs(x);
        if (size <= 0.46875)
            return x * Quotient(_a, _b, x * x);
        if (double.IsNaN(x))
            return x;
        double complement = size > 4 ? 0 : Math.Exp(-size * size) * Quotient(_c, _d, size);
        return x < 0 ? complement - 1 : 1 - complement;
    }

    /// <summary>The derivative 2/√π · e^(−x²).</summary>
    public static double Slope(double x) => 1.1283791670955126 * Math.Exp(-x * x);

    private static double Quotient(double[] numerator, double[] denominator, double x)
    {
        double above = 0, below = 0;
        for (int i = 0; i < numerator.Length; i++)
        {
            above = above * x + numerator[i];
            below = below * x + denominator[i];
        }
        return above / below;
    }
}
