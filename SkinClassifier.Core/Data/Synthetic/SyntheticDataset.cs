using System.Globalization;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Synthetic;

/// <summary>
/// A labeled dataset that the project draws itself: five classes of lesion-like forms that differ in shape, border, color and texture,
/// on skins of several tones, with varying light, noise and hairs. Every image carries the word DRAWING. It shows that the whole way works;
/// it says nothing about real skin.
/// </summary>
internal static class SyntheticDataset
{
    private const string Readme = """
        These images are DRAWINGS made by a program (SkinClassifier's synthetic dataset), not photographs.
        The classes are invented forms, not diagnoses. A model trained on them knows nothing about real skin:
        use them to try the program, never for a decision about a person.

        Folders: one per class. metadata.csv: one row per image; images with the same lesion_id show the same synthetic lesion.

        """;

    /// <summary>The class names, in ordinal order.</summary>
    public static IReadOnlyList<string> Labels { get; } = [.. LesionKind.All.Select(kind => kind.Label)];

    /// <summary>The smallest image size, in pixels: the mark must fit.</summary>
    public static int MinSize => SyntheticMark.Width;

    /// <summary>
    /// Writes <c>folder/label/name.png</c>, <c>folder/metadata.csv</c> (columns image, label, lesion_id) and <c>folder/README.txt</c>.
    /// One to three images show the same lesion. The same arguments give the same files.
    /// </summary>
    /// <param name="folder">Created when absent; files of the same names are replaced.</param>
    /// <param name="perClass">Images per class, at least 1. Default 60.</param>
    /// <param name="size">Width and height in pixels, <see cref="MinSize"/> to 4096. Default 128.</param>
    /// <param name="seed">Default 1.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; the images so far stay.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, int perClass = 60, int size = 128, ulong seed = 1, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(perClass, 1);
        CheckSize(size);
        cancellationToken.ThrowIfCancellationRequested();
        List<(LesionKind Kind, string Name, int Lesion, int Photograph)> images = [];
        for (int label = 0; label < LesionKind.All.Count; label++)
        {
            LesionKind kind = LesionKind.All[label];
            SeededRandom random = new(seed, 0, (ulong)label);
            for (int count = 0, lesion = label * perClass; count < perClass; lesion++)
                for (int left = Math.Min(1 + random.NextInt32(3), perClass - count), photograph = 0; left > 0; left--, photograph++, count++)
                    images.Add((kind, string.Create(CultureInfo.InvariantCulture, $"{kind.Label}_{count:D4}"), lesion, photograph));
        }
        foreach (LesionKind kind in LesionKind.All)
            Directory.CreateDirectory(Path.Combine(folder, kind.Label));
        WorkerPool.Shared.Run(images.Count, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            (LesionKind kind, string name, int lesion, int photograph) = images[i];
            SkinPhotograph.Take(kind, new SeededRandom(seed, (ulong)lesion).NextUInt64(), photograph, size)
                .Save(Path.Combine(folder, kind.Label, name + ".png"));
        });
        StringBuilder table = new("image,label,lesion_id\n");
        foreach ((LesionKind kind, string name, int lesion, _) in images)
            table.Append(CultureInfo.InvariantCulture, $"{name},{kind.Label},DRAWN_{lesion:D5}\n");
        AtomicFile.WriteText(Path.Combine(folder, "metadata.csv"), table.ToString());
        AtomicFile.WriteText(Path.Combine(folder, "README.txt"), Readme);
    }

    /// <summary>
    /// Draws one image of class <paramref name="label"/>, <paramref name="size"/> × <paramref name="size"/> pixels; the same arguments give the same
    /// image.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public static RgbImage Draw(string label, ulong seed, int size)
    {
        CheckSize(size);
        foreach (LesionKind kind in LesionKind.All)
            if (kind.Label == label)
                return SkinPhotograph.Take(kind, seed, 0, size);
        throw new ArgumentException($"synthetic class: expected one of {string.Join(", ", Labels)}, received '{label}'.", nameof(label));
    }

    private static void CheckSize(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, MinSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 4096);
    }
}
