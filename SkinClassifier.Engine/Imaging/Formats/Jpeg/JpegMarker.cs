namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>Second bytes of JPEG markers (ITU-T T.81, table B.1).</summary>
internal static class JpegMarker
{
    public const int None = 0;
    public const int BaselineFrame = 0xC0, ExtendedFrame = 0xC1, ProgressiveFrame = 0xC2;
    public const int HuffmanTables = 0xC4, ArithmeticConditioning = 0xCC;
    public const int Restart0 = 0xD0, Restart7 = 0xD7;
    public const int StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, QuantizationTables = 0xDB;
    public const int NumberOfLines = 0xDC, RestartInterval = 0xDD, HierarchicalProgression = 0xDE;
    public const int App0 = 0xE0, App1 = 0xE1, App14 = 0xEE;
    public const int JpegLsFrame = 0xF7;

    /// <summary>True for RST0 … RST7.</summary>
    public static bool IsRestart(int marker) => marker is >= Restart0 and <= Restart7;

    /// <summary>True for markers that stand alone, without a length: RST, SOI, EOI, TEM.</summary>
    public static bool IsBare(int marker) => marker is >= Restart0 and <= EndOfImage or 0x01;

    /// <summary>True for the thirteen start-of-frame markers.</summary>
    public static bool IsFrame(int marker) => marker is >= 0xC0 and <= 0xCF and not HuffmanTables and not 0xC8 and not ArithmeticConditioning;

    /// <summary>What a frame type that is not decoded here is called.</summary>
    public static string FrameName(int marker) => marker switch
    {
        0xC3 => "lossless (SOF3)",
        0xC5 or 0xC6 => $"hierarchical (SOF{marker - 0xC0})",
        0xC7 => "hierarchical lossless (SOF7)",
        0xC9 or 0xCA => $"arithmetic coding (SOF{marker - 0xC0})",
        0xCB => "lossless arithmetic coding (SOF11)",
        0xCD or 0xCE => $"hierarchical arithmetic coding (SOF{marker - 0xC0})",
        0xCF => "hierarchical lossless arithmetic coding (SOF15)",
        JpegLsFrame => "JPEG-LS (SOF55)",
        HierarchicalProgression => "hierarchical (DHP)",
        _ => $"marker FF{marker:X2}",
    };
}
