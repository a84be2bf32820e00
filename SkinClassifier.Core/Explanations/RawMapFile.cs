using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Explanations;

/// <summary>
/// A map as a NumPy file (.npy, version 1.0): float32, little-endian, [H,W], row by row. The numbers stay exact, four bytes each; numpy.load reads it.
/// </summary>
internal static class RawMapFile
{
    /// <summary>Writes <see cref="ImageExplanation.Raw"/>, whole or not at all.</summary>
    public static void Write(string path, ImageExplanation explanation) =>
        AtomicFile.WriteBytes(path, Content(explanation.Raw.Span, explanation.Width, explanation.Height));

    private static byte[] Content(ReadOnlySpan<float> map, int width, int height)
    {
        byte[] header = NumpyFile.Header(0, height, width), content = new byte[header.Length + 4 * map.Length];
        header.CopyTo(content, 0);
        NumpyFile.Write(map, content.AsSpan(header.Length));
        return content;
    }
}
