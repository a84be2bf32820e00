using SkinClassifier.Common;

namespace SkinClassifier.Data.Synthetic;

/// <summary>The ranges from which the synthetic images of one class take their form. Lengths are in units of half the image's width.</summary>
internal sealed record LesionKind
{
    /// <summary>Class and folder name.</summary>
    public required string Label { get; init; }

    /// <summary>Mean radius.</summary>
    public (double Low, double High) Radius { get; init; } = (0.35, 0.65);

    /// <summary>Length of the longer axis over the shorter.</summary>
    public (double Low, double High) Stretch { get; init; } = (1.0, 1.35);

    /// <summary>Strength of lobes and bays of the border, as a part of the radius.</summary>
    public (double Low, double High) Lobes { get; init; } = (0.02, 0.08);

    /// <summary>Strength of fine notches of the border.</summary>
    public (double Low, double High) Notches { get; init; } = (0.0, 0.04);

    /// <summary>Width over which the lesion fades into the skin.</summary>
    public (double Low, double High) Softness { get; init; } = (0.03, 0.12);

    /// <summary>Strength of the pigment, 0 to 1.</summary>
    public (double Low, double High) Strength { get; init; } = (0.75, 0.95);

    /// <summary>Pigments between which each drawing chooses its main and second color.</summary>
    public required SyntheticColor[] Pigments { get; init; }

    /// <summary>How strongly main and second color alternate in blotches.</summary>
    public (double Low, double High) Mottling { get; init; } = (0.1, 0.35);

    /// <summary>Strength of a net of darker lines.</summary>
    public (double Low, double High) Net { get; init; } = (0, 0);

    /// <summary>Strength of small light grains.</summary>
    public (double Low, double High) Grains { get; init; } = (0, 0);

    /// <summary>Strength of rough light scales.</summary>
    public (double Low, double High) Scales { get; init; } = (0, 0);

    /// <summary>Strength of a blue-gray veil over a part.</summary>
    public (double Low, double High) Veil { get; init; } = (0, 0);

    /// <summary>Number of branching red vessels.</summary>
    public (int Low, int High) Vessels { get; init; } = (0, 0);

    /// <summary>Number of round red lakes.</summary>
    public (int Low, int High) Lakes { get; init; } = (0, 0);

    /// <summary>Strength of a pearly shine.</summary>
    public (double Low, double High) Shine { get; init; } = (0, 0);

    /// <summary>The classes, in ordinal order of their labels.</summary>
    public static IReadOnlyList<LesionKind> All { get; } =
    [
        new()
        {
            Label = "netted_brown",
            Pigments = [new(170, 115, 80), new(140, 90, 60), new(190, 130, 95), new(120, 75, 50)],
            Net = (0.15, 0.5),
        },
        new()
        {
            Label = "pearly_pink",
            Pigments = [new(245, 190, 185), new(250, 170, 165), new(235, 175, 160), new(225, 160, 150)],
            Lobes = (0.04, 0.14), Softness = (0.06, 0.16), Strength = (0.55, 0.9), Vessels = (3, 7), Shine = (0.2, 0.6), Veil = (0, 0.25),
        },
        new()
        {
            Label = "ragged_dark",
            Pigments = [new(90, 55, 45), new(60, 40, 40), new(140, 85, 60), new(110, 60, 55), new(165, 105, 75)],
            Radius = (0.4, 0.75), Stretch = (1.05, 1.7), Lobes = (0.10, 0.26), Notches = (0.03, 0.12), Softness = (0.02, 0.10),
            Mottling = (0.5, 1.0), Net = (0, 0.4), Veil = (0.1, 0.7),
        },
        new()
        {
            Label = "red_lakes",
            Pigments = [new(225, 120, 115), new(210, 100, 110), new(200, 95, 95)],
            Radius = (0.3, 0.55), Lobes = (0.04, 0.12), Strength = (0.55, 0.9), Lakes = (4, 12), Shine = (0, 0.2),
        },
        new()
        {
            Label = "rough_tan",
            Pigments = [new(190, 150, 105), new(165, 120, 85), new(150, 115, 90), new(205, 165, 120)],
            Lobes = (0.04, 0.15), Notches = (0.01, 0.05), Softness = (0.01, 0.05), Mottling = (0.2, 0.6), Grains = (0.3, 0.8), Scales = (0.2, 0.7),
        },
    ];

    /// <summary>A number of a range.</summary>
    public static double Draw((double Low, double High) range, SeededRandom random) => random.NextDouble(range.Low, range.High);

    /// <summary>A whole number of a range, both ends included.</summary>
    public static int Draw((int Low, int High) range, SeededRandom random) => range.Low + random.NextInt32(range.High - range.Low + 1);
}
