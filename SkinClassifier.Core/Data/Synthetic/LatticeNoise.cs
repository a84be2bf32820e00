namespace SkinClassifier.Data.Synthetic;

/// <summary>Smooth random functions of the plane, the same for the same seed: value noise, its sum over octaves, and distances to scattered points.</summary>
internal readonly struct LatticeNoise(ulong seed)
{
    /// <summary>A number in [0, 1) for a lattice point.</summary>
    public double Hash(int x, int y)
    {
        ulong z = seed + (ulong)(uint)x * 0x9E3779B97F4A7C15UL + (ulong)(uint)y * 0xD1342543DE82EF95UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Value noise in [−1, 1], smooth between the points of a lattice of width 1.</summary>
    public double Value(double x, double y)
    {
        int ix = (int)Math.Floor(x), iy = (int)Math.Floor(y);
        double fx = Fade(x - ix), fy = Fade(y - iy);
        double top = Mix(Hash(ix, iy), Hash(ix + 1, iy), fx), bottom = Mix(Hash(ix, iy + 1), Hash(ix + 1, iy + 1), fx);
        return 2 * Mix(top, bottom, fy) - 1;
    }

    /// <summary>Octaves of value noise, each twice as fine and half as strong, in about [−1, 1].</summary>
    public double Fractal(double x, double y, int octaves)
    {
        double sum = 0, weight = 0.5;
        for (int i = 0; i < octaves; i++, weight /= 2)
        {
            sum += weight * Value(x + 17.3 * i, y - 9.1 * i);
            x *= 2;
            y *= 2;
        }
        return sum;
    }

    /// <summary>Distances to the nearest and second nearest of points scattered one per lattice cell.</summary>
    public (double First, double Second) Points(double x, double y)
    {
        int ix = (int)Math.Floor(x), iy = (int)Math.Floor(y);
        double first = 9, second = 9;
        for (int cy = iy - 1; cy <= iy + 1; cy++)
            for (int cx = ix - 1; cx <= ix + 1; cx++)
            {
                double dx = cx + Hash(2 * cx, cy) - x, dy = cy + Hash(2 * cx + 1, ~cy) - y, squared = dx * dx + dy * dy;
                if (squared < first)
                    (first, second) = (squared, first);
                else if (squared < second)
                    second = squared;
            }
        return (Math.Sqrt(first), Math.Sqrt(second));
    }

    private static double Fade(double t) => t * t * (3 - 2 * t);

    private static double Mix(double a, double b, double t) => a + (b - a) * t;
}
