namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>The example Huffman tables of T.81, annex K.3: what the encoder writes, and what motion JPEG leaves out.</summary>
internal static class StandardHuffman
{
    private static readonly (byte[] Counts, byte[] Symbols)[] s_tables =
    [
        ([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125], Convert.FromHexString(
            "01020300041105122131410613516107227114328191A1082342B1C11552D1F02433627282090A161718191A25262728292A3435363738393A434445464748494A"
            + "535455565758595A636465666768696A737475767778797A838485868788898A92939495969798999AA2A3A4A5A6A7A8A9AAB2B3B4B5B6B7B8B9BA"
            + "C2C3C4C5C6C7C8C9CAD2D3D4D5D6D7D8D9DAE1E2E3E4E5E6E7E8E9EAF1F2F3F4F5F6F7F8F9FA")),
        ([0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119], Convert.FromHexString(
            "0001020311040521310612415107617113223281081442" + "91A1B1C109233352F0156272D10A162434E125F11718191A262728292A35363738393A434445464748494A"
            + "535455565758595A636465666768696A737475767778797A82838485868788898A92939495969798999AA2A3A4A5A6A7A8A9AAB2B3B4B5B6B7B8B9BA"
            + "C2C3C4C5C6C7C8C9CAD2D3D4D5D6D7D8D9DAE2E3E4E5E6E7E8E9EAF2F3F4F5F6F7F8F9FA")),
    ];

    /// <summary>How many codes of each length 1 … 16, and their symbols in code order.</summary>
    public static (byte[] Counts, byte[] Symbols) Get(bool ac, bool chroma) => s_tables[(ac ? 2 : 0) + (chroma ? 1 : 0)];
}
