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

    /// <summary>Whether files with the same content in two classes are looked for (warnings). Default: true.</summary>
    public bool CheckDuplicates { get; init; } = true;

    /// <summary>Name of the metadata file beside the class folders. Default "metadata.csv".</summary>
    public string MetadataFile { get; init; } = "metadata.csv";

    /// <summary>CSV datasets: column with the image's path. Default: the first of path, file, filename, file_name, image, image_path, image_id that exists.</summary>
    public string? PathColumn { get; init; }

    /// <summary>CSV datasets: column with the class. Default: the first of label, class, target, diagnosis, dx, category that exists.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>CSV datasets: folder that the paths are relative to. Default: the folder of the CSV file.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Limits of the decoders.</summary>
    public DecoderOptions? Decoder { get; init; }

    /// <summary>Threads that look at the files. Default: all processors.</summary>
    public WorkerPool? Workers { get; init; }
}
