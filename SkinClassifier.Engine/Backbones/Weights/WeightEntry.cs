using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Backbones.Weights;

/// <summary>One line of the catalog of pretrained weights.</summary>
/// <param name="Name">What the user calls it, for example "mobilenet_v2".</param>
/// <param name="Network">The built-in network that the file stands for: its weights fit, or (ONNX) it is the same network in a form of its own, which
/// is then used instead. Null when there is no built-in one.</param>
/// <param name="File">Name of the file in the backbones folder and in the cache.</param>
/// <param name="Address">Where the file can be downloaded; "nuget:PACKAGE/PATH" when it is a file of a NuGet package.</param>
/// <param name="Sha256">Its hash in lower-case hexadecimal, or null when not known: then the first download is pinned.</param>
/// <param name="Bytes">Its size, or null when not known.</param>
/// <param name="License">License of the weights.</param>
/// <param name="InputSize">Height and width of the images that the network was trained with, in pixels.</param>
/// <param name="Normalization">How the images were normalized, as <see cref="Graphs.Normalization.TryParse"/> reads it.</param>
/// <param name="Variant">What must be built differently for these weights: "width=0.5" or "padding=same" (strided convolutions padded as TensorFlow
/// does); null when nothing.</param>
public sealed record WeightEntry(string Name, string? Network, string File, Uri Address, string? Sha256, long? Bytes, string License, int InputSize,
    string Normalization, string? Variant = null)
{
    /// <summary>The NuGet package that holds the file, or null when it is downloaded from <see cref="Address"/>.</summary>
    internal WeightPackage? Package => WeightPackage.Of(Address);

    /// <summary>How the built-in network is built for these weights; parameters stay 0 until they are loaded.</summary>
    /// <exception cref="InvalidContentException">The catalog's variant is unknown.</exception>
    public BackboneOptions Build() => Variant switch
    {
        null => new BackboneOptions { SkipInitialization = true },
        "padding=same" => new BackboneOptions { SkipInitialization = true, SamePadding = true },
        _ when Variant.StartsWith("width=", StringComparison.Ordinal)
            && double.TryParse(Variant.AsSpan(6), NumberStyles.Float, CultureInfo.InvariantCulture, out double width) =>
            new BackboneOptions { SkipInitialization = true, WidthMultiplier = width },
        _ => throw new InvalidContentException($"Catalog of weights, {Name}: expected the variant width=NUMBER or padding=same, received '{Variant}'."),
    };
}

/// <summary>The catalog of pretrained weights: catalog.tsv beside this file, one line an entry, "-" for what is not known.</summary>
public static class WeightCatalog
{
    /// <summary>All entries, in the file's order.</summary>
    public static IReadOnlyList<WeightEntry> All { get; } = Read();

    /// <summary>The entry of that name, or null.</summary>
    public static WeightEntry? Find(string name) => All.FirstOrDefault(e => e.Name == name);

    /// <summary>The entry of that name, else the first one that stands for the network of that name, or null.</summary>
    internal static WeightEntry? For(string name) => For(All, name);

    /// <inheritdoc cref="For(string)"/>
    internal static WeightEntry? For(IReadOnlyList<WeightEntry> catalog, string name) =>
        catalog.FirstOrDefault(e => e.Name == name) ?? catalog.FirstOrDefault(e => e.Network == name && e.Variant is null);

    private static List<WeightEntry> Read()
    {
        using Stream stream = typeof(WeightCatalog).Assembly.GetManifestResourceStream("SkinClassifier.Backbones.Weights.catalog.tsv")
            ?? throw new InvalidContentException("The catalog of weights is missing from the library. Build it again.");
        using StreamReader reader = new(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads the lines of a catalog; the first is the header.</summary>
    internal static List<WeightEntry> Parse(string text)
    {
        List<WeightEntry> entries = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1))
        {
            string[] f = line.Split('\t');
            if (f.Length is not (9 or 10) || !Uri.TryCreate(f[3], UriKind.Absolute, out Uri? address) || f[2] != Path.GetFileName(f[2]))
                throw new InvalidContentException($"Catalog of weights: expected nine or ten columns with a file name and an address, received '{line}'.");
            entries.Add(new WeightEntry(f[0], Known(f[1]), f[2], address, Known(f[4]),
                Known(f[5]) is string bytes ? long.Parse(bytes, CultureInfo.InvariantCulture) : null, f[6],
                int.Parse(f[7], CultureInfo.InvariantCulture), f[8], f.Length > 9 ? Known(f[9]) : null));
        }
        return entries;
    }

    private static string? Known(string field) => field == "-" ? null : field;
}
