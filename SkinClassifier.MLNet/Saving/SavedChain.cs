using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkinClassifier.Common;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;

namespace SkinClassifier.MLNet.Saving;

/// <summary>
/// The chain of ML.NET's public transforms that a saved model holds in place of one of our transformers (the members with which a transformer writes
/// itself are internal to ML.NET): copy of the image column → key → lookup of the step's text → the step (CustomMapping) → the columns as they were
/// named → the helper columns go.
/// </summary>
internal static class SavedChain
{
    /// <summary>Columns inside the chain.</summary>
    public const string Image = "SkinClassifier.Image", Key = "SkinClassifier.Key", Text = "SkinClassifier.Text", Values = "SkinClassifier.Values",
        Error = "SkinClassifier.Error", Decision = "SkinClassifier.Decision", PredictionSet = "SkinClassifier.PredictionSet",
        Reasons = "SkinClassifier.Reasons", Familiarity = "SkinClassifier.Familiarity", Explanation = "SkinClassifier.Explanation";

    /// <summary>The chain of a transformer.</summary>
    public static ITransformer Of(ImageTransformer transformer)
    {
        MLContext context = new();
        ImageColumn input = transformer.Input;
        SavedText text = transformer.Step.Save();
        ChainBuilder chain = new(context, Empty(context, input));
        if (input is { Kind: ImageColumnKind.Image, Width: > 0, Height: > 0 })
        {
            // A class of a mapping cannot say a size that is known only when the program runs; a vector of bytes can have any.
            text = text with { Width = input.Width, Height = input.Height };
            chain.Add(context.Transforms.ExtractPixels(Image, input.Name, ImagePixelExtractingEstimator.ColorBits.All,
                ImagePixelExtractingEstimator.ColorsOrder.ARGB, interleavePixelColors: true, outputAsFloatArray: false));
        }
        else
            chain.Add(context.Transforms.CopyColumns(Image, input.Name));
        chain.Add(context.Transforms.CustomMapping(new TextKeyMapping().GetMapping(), TextKeyMapping.Name));
        IDataView lookup = context.Data.LoadFromEnumerable([new Entry { Number = 1, Text = text.Write() }]);
        chain.Add(context.Transforms.Conversion.MapValue(Text, lookup, lookup.Schema[nameof(Entry.Number)], lookup.Schema[nameof(Entry.Text)], Key));
        chain.Add(text.Width > 0 ? Mapping(context, ImageColumnKind.Bytes, transformer.Step) : Mapping(context, input.Kind, transformer.Step));
        transformer.AddSavedOutputs(chain);
        chain.Drop(Image, Key, Text, Values, Error);
        return chain.Build();
    }

    /// <summary>Number of elements of the vector <see cref="Values"/> behind a step.</summary>
    public static int Length(ImageStep step) => (step.ValueCount + step.HiddenCount) switch
    {
        <= Values1024.Count => Values1024.Count,
        <= Values65536.Count => Values65536.Count,
        _ => throw new UnsupportedContentException($"Model.Save: expected at most {Values65536.Count - step.HiddenCount} values per image, received "
            + $"{step.ValueCount}. Use fewer classes or another feature output."),
    };

    /// <summary>
    /// Adds the columns <see cref="Decision"/>, <see cref="PredictionSet"/>, <see cref="Reasons"/> and <see cref="Familiarity"/> behind a step that scores.
    /// </summary>
    /// <param name="chain">The chain.</param>
    /// <param name="length">Elements of <see cref="Values"/>.</param>
    public static void AddDecision(ChainBuilder chain, int length)
    {
        MLContext context = chain.Context;
        if (length == Values1024.Count)
        {
            chain.Add(context.Transforms.CustomMapping(new DecisionOfValues1024().GetMapping(), DecisionOfValues1024.Name));
            chain.Add(context.Transforms.CustomMapping(new FamiliarityOfValues1024().GetMapping(), FamiliarityOfValues1024.Name));
        }
        else
        {
            chain.Add(context.Transforms.CustomMapping(new DecisionOfValues65536().GetMapping(), DecisionOfValues65536.Name));
            chain.Add(context.Transforms.CustomMapping(new FamiliarityOfValues65536().GetMapping(), FamiliarityOfValues65536.Name));
        }
    }

    /// <summary>Adds the column <see cref="Explanation"/> behind a step that scores.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="input">The column of images.</param>
    public static void AddExplanation(ChainBuilder chain, ImageColumn input)
    {
        TransformsCatalog transforms = chain.Context.Transforms;
        chain.Add(input.Kind switch
        {
            ImageColumnKind.Path => transforms.CustomMapping(new ExplanationOfPath().GetMapping(), ExplanationOfPath.Name),
            ImageColumnKind.Image when input.Width == 0 => transforms.CustomMapping(new ExplanationOfImage().GetMapping(), ExplanationOfImage.Name),
            _ => transforms.CustomMapping(new ExplanationOfBytes().GetMapping(), ExplanationOfBytes.Name),
        });
    }

    private static IEstimator<ITransformer> Mapping(MLContext context, ImageColumnKind kind, ImageStep step)
    {
        int length = step.ValueCount == 0 ? 0 : Length(step);
        return (kind, length) switch
        {
            (ImageColumnKind.Path, 0) => Mapping(context, new PathToImage()),
            (ImageColumnKind.Path, Values1024.Count) => Mapping(context, new PathToValues1024()),
            (ImageColumnKind.Path, _) => Mapping(context, new PathToValues65536()),
            (ImageColumnKind.Bytes, 0) => Mapping(context, new BytesToImage()),
            (ImageColumnKind.Bytes, Values1024.Count) => Mapping(context, new BytesToValues1024()),
            (ImageColumnKind.Bytes, _) => Mapping(context, new BytesToValues65536()),
            (_, 0) => Mapping(context, new ImageToImage()),
            (_, Values1024.Count) => Mapping(context, new ImageToValues1024()),
            _ => Mapping(context, new ImageToValues65536()),
        };
    }

    private static IEstimator<ITransformer> Mapping<TInput, TOutput>(MLContext context, Mapping<TInput, TOutput> mapping)
        where TInput : StepInput, new()
        where TOutput : StepOutput, new() =>
        context.Transforms.CustomMapping(mapping.GetMapping(), $"SkinClassifier.{typeof(TInput).Name}.{typeof(TOutput).Name}");

    /// <summary>A table without rows that has the image column.</summary>
    private static IDataView Empty(MLContext context, ImageColumn input)
    {
        IDataView table = input.Kind switch
        {
            ImageColumnKind.Path => context.Data.LoadFromEnumerable(Array.Empty<PathRow>()),
            ImageColumnKind.Bytes => context.Data.LoadFromEnumerable(Array.Empty<BytesRow>()),
            _ => context.Data.LoadFromEnumerable(Array.Empty<ImageRow>()),
        };
        if (input.Width > 0)
            table = context.Transforms.ResizeImages("Value", input.Width, input.Height).Fit(table).Transform(table);
        return input.Name == "Value" ? table : context.Transforms.CopyColumns(input.Name, "Value").Fit(table).Transform(table);
    }

    private sealed class PathRow
    {
        public string Value { get; set; } = "";
    }

    private sealed class BytesRow
    {
        public byte[] Value { get; set; } = [];
    }

    private sealed class ImageRow
    {
        [AnyImage]
        public MLImage? Value { get; set; }
    }

    private sealed class Entry
    {
        public int Number { get; set; }

        public string Text { get; set; } = "";
    }
}
