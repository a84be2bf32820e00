using System.Globalization;
using System.IO.Compression;

namespace SkinClassifier.Tests.Imaging.Formats.Jpeg;

/// <summary>One row of expected.tsv or shared.tsv: what djpeg makes of a file. assets/golden/imaging/jpeg/make.py records them.</summary>
public sealed record JpegGolden(string Name, int Eighths, int Width, int Height, uint Crc)
{
    private static readonly Dictionary<string, byte[]> s_files = ReadArchive();

    public static IReadOnlyList<JpegGolden> Small { get; } = Read("expected.tsv");

    public static IReadOnlyList<JpegGolden> Shared { get; } = Read("shared.tsv");

    /// <summary>Names of all small files.</summary>
    public static IEnumerable<string> Names => s_files.Keys.Order(StringComparer.Ordinal);

    /// <summary>A copy of the file, free to be damaged.</summary>
    public static byte[] Content(string name) => [.. s_files[name]];

    public override string ToString() => $"{Name} {Eighths}/8";

    private static List<JpegGolden> Read(string file) => [.. File.ReadLines(SharedFiles.Asset("golden", "imaging", "jpeg", file)).Select(line =>
    {
        string[] cells = line.Split('\t');
        return new JpegGolden(
            cells[0], Number(cells[1]), Number(cells[2]), Number(cells[3]), uint.Parse(cells[4], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    })];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static Dictionary<string, byte[]> ReadArchive()
    {
        using ZipArchive archive = ZipFile.OpenRead(SharedFiles.Asset("golden", "imaging", "jpeg", "images.zip"));
        return archive.Entries.ToDictionary(entry => Path.GetFileNameWithoutExtension(entry.Name), entry =>
        {
            using Stream stream = entry.Open();
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            return copy.ToArray();
        });
    }
}
