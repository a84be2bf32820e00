using SkinClassifier.Common;
using SkinClassifier.Graphs;

namespace SkinClassifier.Backbones.Weights;

/// <summary>A file whose content is known.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Sha256">Its hash in lower-case hexadecimal.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="License">License of its weights.</param>
/// <param name="InputSize">Height and width of the images that it was trained with, in pixels.</param>
/// <param name="Normalization">How these were normalized.</param>
internal sealed record KnownNetwork(string Name, string Sha256, long Bytes, string License, int InputSize, Normalization Normalization);

/// <summary>Files that are known by their SHA-256: those of the catalog, and those that come in other ways.</summary>
internal static class KnownNetworks
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownNetwork> All { get; } =
    [
        new("MobileNetV2 of the ONNX model zoo without its classifier", "0e9a1ccb090fdf560acd726a7879f45897ad27b1286107223415c14104687836", 9079361,
            "Apache-2.0", 224, Normalization.Imagenet),
        new("SqueezeNet 1.1 of the ONNX model zoo with Softmax", "ca69646dc38d25d6338baa765c3c0227ba9d52f92d5b6615b4cefddde3d7f8d5", 4948412,
            "Apache-2.0", 224, Normalization.Imagenet),
        .. WeightCatalog.All.Where(e => e.Sha256 is not null && e.Bytes is not null).Select(e =>
            new KnownNetwork(e.Package is { } package ? $"{Path.GetFileName(package.File)} of {package.Id}" : e.File,
                e.Sha256!, e.Bytes!.Value, e.License, e.InputSize,
                Normalization.TryParse(e.Normalization, out Normalization? n) ? n
                    : throw new Common.InvalidContentException($"Catalog of weights, {e.Name}: '{e.Normalization}' is no normalization."))),
    ];

    /// <summary>The known file with this hash, or null.</summary>
    public static KnownNetwork? OfHash(string? sha256) => All.FirstOrDefault(k => k.Sha256 == sha256);

    /// <summary>What the file at <paramref name="path"/> is, or null. Its hash is computed only when its size is that of a known file.</summary>
    public static KnownNetwork? Find(string path)
    {
        if (!File.Exists(path))
            return null;
        using FileStream stream = File.OpenRead(path); // its length is that of the file behind a link
        if (!All.Any(k => k.Bytes == stream.Length))
            return null;
        return OfHash(FileContent.Sha256(stream));
    }
}
