namespace SkinClassifier.Models.MlNet;

/// <summary>What a zip that ML.NET reads holds, as found in the file; <see cref="ToString"/> prints it. Read by <see cref="MlNetModelReader"/>.</summary>
internal sealed record MlNetModel
{
    /// <summary>Text of TrainingInfo/Version.txt; null when absent.</summary>
    public string? Version { get; init; }

    /// <summary>Input columns of the Schema entry, each as "name: type"; empty when absent.</summary>
    public IReadOnlyList<string> InputColumns { get; init; } = [];

    /// <summary>Parts that lie in no other part; the chain, as a rule.</summary>
    public IReadOnlyList<MlNetPart> Parts { get; init; } = [];

    /// <summary>Class names in the order of the scores: of the last predictor, or else of the last vocabulary; empty when there is none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Name of the network inside a model of ImageClassificationTrainer, guessed from its tensor names; null for other models.</summary>
    public string? Architecture { get; init; }

    /// <summary>The whole description as text of several lines.</summary>
    public override string ToString() => MlNetModelText.Write(this);
}

/// <summary>One Model.key with what lies beside and below it.</summary>
internal sealed record MlNetPart
{
    /// <summary>Folder in the archive.</summary>
    public required string Path { get; init; }

    /// <summary>Eight characters that name the kind of part.</summary>
    public required string Signature { get; init; }

    /// <summary>ML.NET's name of the class that reads it.</summary>
    public required string Loader { get; init; }

    /// <summary>Assembly of that class.</summary>
    public required string Assembly { get; init; }

    /// <summary>Version of the part's layout, 0x00010003 for 1.0003.</summary>
    public required uint VersionWritten { get; init; }

    /// <summary>Oldest reader's version that understands the part.</summary>
    public required uint VersionReadable { get; init; }

    /// <summary>What the body says, a line each: columns, sizes, options. For an unknown part its size and its strings.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Class names that this part holds; empty for most.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Entries beside Model.key.</summary>
    public IReadOnlyList<MlNetStream> Streams { get; init; } = [];

    /// <summary>Parts in folders below, in ordinal order of their folders.</summary>
    public IReadOnlyList<MlNetPart> Parts { get; init; } = [];
}

/// <summary>An entry beside a Model.key.</summary>
/// <param name="Name">Name in the part's folder.</param>
/// <param name="Bytes">Size.</param>
internal readonly record struct MlNetStream(string Name, long Bytes);
