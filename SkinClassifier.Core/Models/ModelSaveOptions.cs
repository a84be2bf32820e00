namespace SkinClassifier.Models;

/// <summary>What <see cref="ImageClassificationModel.Save(string, ModelSaveOptions)"/> puts into model.zip.</summary>
public sealed record ModelSaveOptions
{
    /// <summary>
    /// Whether ML.NET's chain is written beside our entries, so that <c>mlContext.Model.Load</c> opens the same file. The network is
    /// stored once either way. Default true.
    /// </summary>
    public bool IncludeMlNet { get; init; } = true;
}
