using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SkinClassifier.MLNet.Images;

namespace SkinClassifier.MLNet.Saving;

/// <summary>
/// Draws the heat map of a row of a saved model. It stands beside the mapping that scores, because only a row whose column is asked for is explained.
/// ML.NET finds the classes below by the names in their attributes, which never change.
/// </summary>
internal abstract class ExplanationMapping<TInput> : CustomMappingFactory<TInput, ExplanationOutput>
    where TInput : StepInput, new()
{
    /// <inheritdoc/>
    public override Action<TInput, ExplanationOutput> GetMapping() => static (input, output) => SavedSteps.Run(input.Text, input.Image,
        work => output.Pixels = work.Image is null ? null : MLImagePixels.ToMLImage(work.Image), explains: true);
}

/// <summary>Of a path.</summary>
[CustomMappingFactoryAttribute(Name)]
internal sealed class ExplanationOfPath : ExplanationMapping<PathInput>
{
    /// <summary>The name in saved models.</summary>
    internal const string Name = "SkinClassifier.Explanation.PathInput";
}

/// <summary>Of bytes.</summary>
[CustomMappingFactoryAttribute(Name)]
internal sealed class ExplanationOfBytes : ExplanationMapping<BytesInput>
{
    /// <summary>The name in saved models.</summary>
    internal const string Name = "SkinClassifier.Explanation.BytesInput";
}

/// <summary>Of ML.NET's image.</summary>
[CustomMappingFactoryAttribute(Name)]
internal sealed class ExplanationOfImage : ExplanationMapping<ImageInput>
{
    /// <summary>The name in saved models.</summary>
    internal const string Name = "SkinClassifier.Explanation.ImageInput";
}

/// <summary>The heat map of a row.</summary>
internal sealed class ExplanationOutput
{
    /// <summary>The image beside its heat map; null where the image could not be read.</summary>
    [ColumnName(SavedChain.Explanation), AnyImage]
    public MLImage? Pixels { get; set; }
}
