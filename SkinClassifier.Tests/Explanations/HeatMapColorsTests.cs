using SkinClassifier.Explanations;

namespace SkinClassifier.Tests.Explanations;

/// <summary>The laws of the colors, measured with formulas that the colors are not made with.</summary>
public sealed class HeatMapColorsTests
{
    // Linear RGB as people without one kind of cone see it; Machado, Oliveira and Fernandes, 2009, severity 1.
    private static readonly double[] Protanopia = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998];
    private static readonly double[] Deuteranopia = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881];
    private static readonly double[] Tritanopia = [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900];
    private static readonly double[] Full = [1, 0, 0, 0, 1, 0, 0, 0, 1];

    [Test]
    public void Lightness_rises_evenly()
    {
        double[] lightness = [.. Steps(16).Select(t => Lab(t, Full).L)];
        double[] steps = [.. lightness.Zip(lightness.Skip(1), (a, b) => b - a)];
        Assert.That(steps, Has.All.InRange(3.9, 4.9), $"CIE L* {string.Join(", ", steps.Select(s => s.ToString("0.00")))}");
        Assert.That(lightness[^1] - lightness[0], Is.GreaterThan(65));
    }

    [Test]
    public void Equal_steps_look_equally_large()
    {
        double[] steps = [.. Steps(16).Zip(Steps(16).Skip(1), (a, b) => Difference(Lab(a, Full), Lab(b, Full)))];
        Assert.That(steps.Max() / steps.Min(), Is.LessThan(2), $"CIE ΔE {string.Join(", ", steps.Select(s => s.ToString("0.00")))}");
    }

    [Test]
    public void The_order_stays_for_every_kind_of_color_blindness([Values("protanopia", "deuteranopia", "tritanopia", "none at all")] string kind)
    {
        double[] matrix = kind switch { "protanopia" => Protanopia, "deuteranopia" => Deuteranopia, "tritanopia" => Tritanopia, _ => Full };
        double[] lightness = [.. Steps(64).Select(t => Lab(t, matrix).L)];
        Assert.That(lightness, Is.Ordered.Ascending);
        (double L, double A, double B)[] colors = [.. Steps(8).Select(t => kind == "none at all" ? (Lab(t, matrix).L, 0, 0) : Lab(t, matrix))];
        for (int i = 0; i + 1 < colors.Length; i++)
            Assert.That(Difference(colors[i], colors[i + 1]), Is.GreaterThan(5), $"step {i}: told apart easily");
    }

    [Test]
    public void No_color_is_clipped_and_values_outside_take_the_nearer_end()
    {
        foreach (float t in Steps(255))
        {
            (byte r, byte g, byte b) = HeatMapColors.Of(t);
            Assert.That(new[] { r, g, b }, Has.None.EqualTo(0).And.None.EqualTo(255));
        }
        Assert.That(HeatMapColors.Of(-1), Is.EqualTo(HeatMapColors.Of(0)));
        Assert.That(HeatMapColors.Of(float.NaN), Is.EqualTo(HeatMapColors.Of(0)));
        Assert.That(HeatMapColors.Of(7), Is.EqualTo(HeatMapColors.Of(1)));
    }

    private static IEnumerable<float> Steps(int count) => Enumerable.Range(0, count + 1).Select(i => i / (float)count);

    private static double Difference((double L, double A, double B) x, (double L, double A, double B) y) =>
        Math.Sqrt(Math.Pow(x.L - y.L, 2) + Math.Pow(x.A - y.A, 2) + Math.Pow(x.B - y.B, 2));

    /// <summary>CIELAB (D65) of a value's color as somebody with these cones sees it.</summary>
    private static (double L, double A, double B) Lab(float value, double[] cones)
    {
        (byte r, byte g, byte b) = HeatMapColors.Of(value);
        double[] linear = [.. new[] { r, g, b }.Select(v => v / 255.0).Select(v => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4))];
        double[] seen = [.. Enumerable.Range(0, 3).Select(i => Math.Clamp(Enumerable.Range(0, 3).Sum(j => cones[3 * i + j] * linear[j]), 0, 1))];
        double x = F((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505), y = F(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
        double z = F((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089);
        return (116 * y - 16, 500 * (x - y), 200 * (y - z));

        static double F(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }
}
