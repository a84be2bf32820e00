using Microsoft.ML.Transforms;

namespace SkinClassifier.MLNet.Saving;

/// <summary>Runs a step on the rows of a saved model. ML.NET finds the classes below by the names in their attributes, which never change.</summary>
internal abstract class Mapping<TInput, TOutput> : CustomMappingFactory<TInput, TOutput>
    where TInput : StepInput, new()
    where TOutput : StepOutput, new()
{
    /// <inheritdoc/>
    public override Action<TInput, TOutput> GetMapping() => static (input, output) => SavedSteps.Run(input.Text, input.Image, work =>
    {
        output.Error = work.Error.AsMemory();
        output.Fill(work);
    });
}

/// <summary>Writes the key of the step's text.</summary>
[CustomMappingFactoryAttribute(Name)]
internal sealed class TextKeyMapping : CustomMappingFactory<NoInput, TextKey>
{
    /// <summary>The name in saved models.</summary>
    internal const string Name = "SkinClassifier.Key";

    /// <inheritdoc/>
    public override Action<NoInput, TextKey> GetMapping() => static (_, key) => key.Number = 1;
}

/// <summary>Path in, few values out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.PathInput.Values1024")]
internal sealed class PathToValues1024 : Mapping<PathInput, Values1024>;

/// <summary>Path in, many values out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.PathInput.Values65536")]
internal sealed class PathToValues65536 : Mapping<PathInput, Values65536>;

/// <summary>Path in, image out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.PathInput.ImageOutput")]
internal sealed class PathToImage : Mapping<PathInput, ImageOutput>;

/// <summary>Bytes in, few values out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.BytesInput.Values1024")]
internal sealed class BytesToValues1024 : Mapping<BytesInput, Values1024>;

/// <summary>Bytes in, many values out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.BytesInput.Values65536")]
internal sealed class BytesToValues65536 : Mapping<BytesInput, Values65536>;

/// <summary>Bytes in, image out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.BytesInput.ImageOutput")]
internal sealed class BytesToImage : Mapping<BytesInput, ImageOutput>;

/// <summary>Image in, few values out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.ImageInput.Values1024")]
internal sealed class ImageToValues1024 : Mapping<ImageInput, Values1024>;

/// <summary>Image in, many values out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.ImageInput.Values65536")]
internal sealed class ImageToValues65536 : Mapping<ImageInput, Values65536>;

/// <summary>Image in, image out.</summary>
[CustomMappingFactoryAttribute("SkinClassifier.ImageInput.ImageOutput")]
internal sealed class ImageToImage : Mapping<ImageInput, ImageOutput>;
