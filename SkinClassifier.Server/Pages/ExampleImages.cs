using SkinClassifier.Data.Synthetic;

namespace SkinClassifier.Server.Pages;

/// <summary>Drawings to try the page with; no photographs of anybody.</summary>
internal static class ExampleImages
{
    /// <summary>How many there are.</summary>
    public const int Count = 3;

    private const int Size = 256;
    private static readonly Lazy<byte[]>[] _files = [.. Enumerable.Range(0, Count).Select(i => new Lazy<byte[]>(() => Draw(i)))];

    /// <summary>An example as PNG, from 0; null where there is none.</summary>
    public static byte[]? Find(int index) => index is >= 0 and < Count ? _files[index].Value : null;

    private static byte[] Draw(int index) =>
        SkinPhotograph.Take(LesionKind.All[index * (LesionKind.All.Count - 1) / (Count - 1)], (ulong)(1000 + index), 0, Size).EncodePng();
}
