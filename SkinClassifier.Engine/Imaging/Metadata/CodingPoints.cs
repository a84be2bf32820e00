using System.Globalization;

namespace SkinClassifier.Imaging.Metadata;

/// <summary>Color spaces by the numbers of ITU-T H.273, as PNG's cICP chunk gives them.</summary>
internal static class CodingPoints
{
    /// <summary>
    /// The name of the color space when it is not sRGB: other primaries than those of BT.709, or the curves of high dynamic range. Null for sRGB.
    /// </summary>
    public static string? OtherThanSrgb(int primaries, int transfer)
    {
        string? range = transfer switch { 16 => " PQ", 18 => " HLG", _ => null };
        return primaries switch
        {
            1 or 2 => range is null ? null : "BT.709" + range,
            9 => "BT.2020" + range,
            11 => "DCI-P3" + range,
            12 => "Display P3" + range,
            _ => string.Create(CultureInfo.InvariantCulture, $"H.273 primaries {primaries}{range}"),
        };
    }
}
