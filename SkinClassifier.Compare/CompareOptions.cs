using SkinClassifier.Compare.Methods;

namespace SkinClassifier.Compare;

/// <summary>What a comparison is asked for.</summary>
internal sealed record CompareOptions
{
    /// <summary>A folder with one sub-folder per class, or a CSV file.</summary>
    public required string Data { get; init; }

    /// <summary>Folder for the results.</summary>
    public required string Output { get; init; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<Method> Methods { get; init; } = MethodCatalog.All;

    /// <summary>Column whose equal values stay together; null: none.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Share of the images that are measured.</summary>
    public double Test { get; init; } = 0.2;

    /// <summary>Share of the images by which the trainers choose.</summary>
    public double Validation { get; init; } = 0.1;

    /// <summary>Folds of a cross-validation; null: one split.</summary>
    public int? Folds { get; init; }

    /// <summary>Longest time that the fine-tuned network may train, in each fold; null: as long as it takes.</summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>auto, a built-in network, or an ONNX file.</summary>
    public string Backbone { get; init; } = "auto";

    /// <summary>auto, or a file with weights.</summary>
    public string Weights { get; init; } = "auto";

    /// <summary>Column of a CSV file with the paths; null: found by name.</summary>
    public string? PathColumn { get; init; }

    /// <summary>Column of a CSV file with the classes; null: found by name.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Folder of the images of a CSV file; null: found.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; 0: all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Only results and warnings.</summary>
    public bool Quiet { get; init; }
}
