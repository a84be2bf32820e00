using System.Globalization;
using System.Numerics;

namespace SkinClassifier.Trainers.Settings;

/// <summary>The numbers that an option takes.</summary>
/// <param name="Min">The smallest number, or null: no limit.</param>
/// <param name="Max">The largest number, or null: no limit.</param>
/// <param name="AboveMin">Whether <paramref name="Min"/> itself is not allowed.</param>
/// <param name="BelowMax">Whether <paramref name="Max"/> itself is not allowed.</param>
internal sealed record NumberRange<T>(T? Min, T? Max, bool AboveMin = false, bool BelowMax = false) where T : struct, INumber<T>
{
    /// <summary>Whether a number is allowed. NaN and infinite numbers never are.</summary>
    public bool Contains(T value) => T.IsFinite(value)
        && (Min is not { } min || (AboveMin ? value > min : value >= min))
        && (Max is not { } max || (BelowMax ? value < max : value <= max));

    /// <summary>For example "0 to 10", "0 to below 1", "above 0, at most 100", "1 or more".</summary>
    public override string ToString() => (Min, Max) switch
    {
        ({ } min, { } max) =>
            AboveMin ? $"above {Text(min)}, {(BelowMax ? "below" : "at most")} {Text(max)}" : $"{Text(min)} to {(BelowMax ? "below " : "")}{Text(max)}",
        ({ } min, null) => AboveMin ? $"above {Text(min)}" : $"{Text(min)} or more",
        (null, { } max) => $"{(BelowMax ? "below" : "at most")} {Text(max)}",
        _ => "any number",
    };

    private static string Text(T value) => value.ToString(null, CultureInfo.InvariantCulture);
}
