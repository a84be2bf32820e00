using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>Makes the exceptions of this folder; their texts all have one form.</summary>
internal static class JpegError
{
    /// <summary>The file breaks the rules of JPEG at <paramref name="offset"/>.</summary>
    public static InvalidContentException Invalid(string name, long offset, string expectedReceived) =>
        new($"{name}: JPEG at byte {offset}: {expectedReceived}. The file is damaged; copy it again.");

    /// <summary>A kind of JPEG that is not decoded here.</summary>
    public static UnsupportedContentException Unsupported(string name, string found) =>
        new($"{name}: JPEG: {found} is not supported. Supported are baseline, extended and progressive JPEG with 8 bit samples and Huffman coding; "
            + $"convert the file to one of these.");
}
