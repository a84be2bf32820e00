using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data;

/// <summary>How a dataset is read.</summary>
public sealed record ImageDatasetOptions
{
    /// <summary>Column of the metadata that tells which images belong together (<see cref="ImageExample.Group"/>). Default: none.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Minimum number of classes with images; fewer is an error. Default 2; use 1 to evaluate a model on images of one class.</summary>
    public int MinimumClasses { get; init; } = 2;

    /// <summary>Whether the files' headers are looked at, so that unreadable images are listed before a run starts. Default: true.</summary>
    public bool CheckImages { get; init; } = true;

    /// <summary>
    /// Whether files with the same content are looked for: in two classes or two sets they are warnings, and a random split keeps them together.
    /// Default: true.
    /// </summary>
    public bool CheckDuplicates { get; init; } = true;

    /// <summary>Name of the metadata file beside the class folders. Default "metadata.csv".</summary>
    public string MetadataFile { get; init; } = "metadata.csv";

    /// <summary>
    /// CSV datasets: column that names the images. Default: a usual name (path, file, filename, image, image_id, img_id, isic_id, md5hash …) whose
    /// values are files, else the column that names the most files.
    /// </summary>
    public string? PathColumn { get; init; }

    /// <summary>
    /// CSV datasets: column with the class, or several columns of 0 and 1 with commas between. Default: a usual name (label, class, target,
    /// diagnosis, dx, category, diagnostic, diagnosis_1 …), else all columns of 0 and 1 when every row has one 1.
    /// </summary>
    public string? LabelColumn { get; init; }

    /// <summary>
    /// CSV datasets: folder that the paths are relative to; images are also found by name in the folders below it. Default: the folder of the CSV
    /// file.
    /// </summary>
    public string? ImageFolder { get; init; }

    /// <summary>Limits of the decoders.</summary>
    public DecoderOptions? Decoder { get; init; }

    /// <summary>Threads that look at the files. Default: all processors.</summary>
    public WorkerPool? Workers { get; init; }
}
