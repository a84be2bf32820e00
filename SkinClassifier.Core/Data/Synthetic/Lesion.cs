using SkinClassifier.Common;

namespace SkinClassifier.Data.Synthetic;

/// <summary>
/// One drawn lesion: its form and colors at a place (u, v) in units of half the image's width, center at (0, 0). Every photograph of it sees the
/// same.
/// </summary>
internal sealed class Lesion
{
    private const int Harmonics = 7;
    private readonly double[] _lobes = new double[Harmonics], _phases = new double[Harmonics];
    private readonly double _radius, _stretch, _notches, _softness, _strength, _mottling, _net, _netScale, _grains, _scales, _veil, _shine;
    private readonly SyntheticColor _main, _second;
    private readonly List<(double X0, double Y0, double X1, double Y1, double Width)> _vessels = [];
    private readonly List<(double X, double Y, double Radius)> _lakes = [];
    private readonly LatticeNoise _noise;

    /// <summary>Draws the numbers of a lesion of <paramref name="kind"/>.</summary>
    public Lesion(LesionKind kind, SeededRandom random)
    {
        _noise = new LatticeNoise(random.NextUInt64());
        _radius = LesionKind.Draw(kind.Radius, random);
        _stretch = Math.Sqrt(LesionKind.Draw(kind.Stretch, random));
        double lobes = LesionKind.Draw(kind.Lobes, random);
        for (int k = 1; k < Harmonics; k++)
            (_lobes[k], _phases[k]) = (lobes * random.NextDouble(0.3, 1) / Math.Sqrt(k), random.NextDouble(0, 2 * Math.PI));
        _notches = LesionKind.Draw(kind.Notches, random);
        _softness = LesionKind.Draw(kind.Softness, random);
        _strength = LesionKind.Draw(kind.Strength, random);
        _mottling = LesionKind.Draw(kind.Mottling, random);
        (_net, _netScale) = (LesionKind.Draw(kind.Net, random), random.NextDouble(9, 14));
        _grains = LesionKind.Draw(kind.Grains, random);
        _scales = LesionKind.Draw(kind.Scales, random);
        _veil = LesionKind.Draw(kind.Veil, random);
        _shine = LesionKind.Draw(kind.Shine, random);
        _main = kind.Pigments[random.NextInt32(kind.Pigments.Length)];
        _second = kind.Pigments[random.NextInt32(kind.Pigments.Length)];
        for (int i = LesionKind.Draw(kind.Vessels, random); i > 0; i--)
            GrowVessel(random.NextDouble(-0.5, 0.5) * _radius, random.NextDouble(-0.5, 0.5) * _radius, random.NextDouble(0, 2 * Math.PI), 0.022, 2, random);
        for (int i = LesionKind.Draw(kind.Lakes, random); i > 0; i--)
        {
            double angle = random.NextDouble(0, 2 * Math.PI), away = Math.Sqrt(random.NextDouble()) * 0.75 * _radius;
            _lakes.Add((away * Math.Cos(angle), away * Math.Sin(angle), _radius * random.NextDouble(0.12, 0.32)));
        }
    }

    /// <summary>
    /// What <paramref name="skin"/> looks like at (u, v) with the lesion on it. <paramref name="pixel"/>: width of a pixel, for antialiasing.
    /// </summary>
    public SyntheticColor Over(SyntheticColor skin, double u, double v, double pixel)
    {
        double x = u * _stretch, y = v / _stretch, distance = Math.Sqrt(x * x + y * y), angle = Math.Atan2(y, x);
        double border = 1;
        for (int k = 1; k < Harmonics; k++)
            border += _lobes[k] * Math.Sin(k * angle + _phases[k]);
        double inside = _radius * (border + _notches * _noise.Fractal(u * 9, v * 9, 3)) - distance;
        double cover = Smooth(inside / (_softness + pixel) + 0.5);
        if (cover <= 0)
            return skin;
        double blotch = Smooth(0.5 + 1.6 * _noise.Fractal(u * 3.1 + 40, v * 3.1, 3));
        SyntheticColor color = skin.Stain(_main.Toward(_second, 0.15 + blotch * _mottling), _strength);
        color *= 1 + 0.35 * _mottling * _noise.Fractal(u * 6 - 80, v * 6, 2);
        if (_net > 0)
        {
            (double first, double second) = _noise.Points(u * _netScale, v * _netScale);
            color *= 1 - _net * (1 - Smooth((second - first) / 0.35)) * Math.Clamp(0.7 + _noise.Value(u * 3, v * 3), 0, 1);
        }
        if (_veil > 0)
            color = color.Toward(new(95, 100, 125), _veil * Smooth(2.5 * _noise.Fractal(u * 2.2 + 200, v * 2.2 - 50, 2)));
        if (_grains > 0)
            color = color.Toward(new(235, 215, 180), _grains * Smooth((0.24 - _noise.Points(u * 7, v * 7 + 90).First) / (0.1 + 4 * pixel)));
        if (_scales > 0)
            color = color.Toward(new(225, 205, 185), _scales * Smooth(3 * _noise.Fractal(u * 13 + 5, v * 13, 3) - 0.1));
        foreach ((double lakeX, double lakeY, double radius) in _lakes)
            color = color.Toward(new(130, 20, 45), 0.85 * Smooth((radius - Math.Sqrt((u - lakeX) * (u - lakeX) + (v - lakeY) * (v - lakeY))) / 0.05 + 0.5));
        foreach ((double x0, double y0, double x1, double y1, double width) in _vessels)
            color = color.Toward(new(180, 45, 55), 0.7 * Smooth((width - DistanceToLine(u, v, x0, y0, x1, y1)) / (0.5 * width + pixel) + 0.5));
        if (_shine > 0)
            color = color.Toward(new(255, 245, 240), _shine * Smooth(2.2 * _noise.Fractal(u * 4 - 30, v * 4 + 60, 2) - 0.2));
        return skin.Toward(color, cover);
    }

    /// <summary>0 below 0, 1 above 1, 3t² − 2t³ between.</summary>
    internal static double Smooth(double t)
    {
        t = Math.Clamp(t, 0, 1);
        return t * t * (3 - 2 * t);
    }

    /// <summary>Distance of (x, y) from the line between two points.</summary>
    internal static double DistanceToLine(double x, double y, double x0, double y0, double x1, double y1)
    {
        double dx = x1 - x0, dy = y1 - y0, along = Math.Clamp(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy + 1e-12), 0, 1);
        double ox = x - x0 - along * dx, oy = y - y0 - along * dy;
        return Math.Sqrt(ox * ox + oy * oy);
    }

    private void GrowVessel(double x, double y, double direction, double width, int branches, SeededRandom random)
    {
        for (int step = 0; step < 6; step++)
        {
            direction += random.NextDouble(-0.6, 0.6);
            double x1 = x + 0.08 * Math.Cos(direction), y1 = y + 0.08 * Math.Sin(direction);
            _vessels.Add((x, y, x1, y1, width));
            (x, y) = (x1, y1);
            if (branches > 0 && random.NextDouble() < 0.3)
                GrowVessel(x, y, direction + (random.NextDouble() < 0.5 ? -0.9 : 0.9), width * 0.7, --branches, random);
        }
    }
}
