using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Models.MlNet;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// The steps of ML.NET's own that together are the transformer, so that it can be saved and loaded: copy the image column, compute the descriptors (a
/// custom mapping with a contract), give the numbers their names (a linear predictor that is the identity; ML.NET has no public transform that names the
/// slots of a vector), keep the names alone, drop what was only needed between.
/// </summary>
internal static class SkinFeatureChain
{
    /// <summary>Column of the image inside the chain.</summary>
    public const string Image = "SkinFeatures.Image";

    /// <summary>Column of the numbers without names inside the chain.</summary>
    public const string Values = "SkinFeatures.Values";

    private const string Score = "Score", PredictedLabel = "PredictedLabel", Kept = "SkinFeatures.Kept.";

    /// <summary>The chain for an input.</summary>
    /// <param name="input">Rows with the image column; none of them is read.</param>
    /// <param name="output">Name of the new column.</param>
    /// <param name="image">Name of the image column.</param>
    /// <param name="missingAsNaN">Whether an image that cannot be read gives NaN.</param>
    public static ITransformer Make(IDataView input, string output, string image, bool missingAsNaN)
    {
        MLContext context = new();
        List<ITransformer> steps = [];
        IDataView at = input;
        void Add(ITransformer step)
        {
            steps.Add(step);
            at = step.Transform(at);
        }
        // The predictor has no other names than these two; columns of the input that bear them step aside.
        string[] aside = [.. new[] { Score, PredictedLabel }.Where(name => name != output && input.Schema.GetColumnOrNull(name) is not null)];
        foreach (string name in aside)
            Add(context.Transforms.CopyColumns(Kept + name, name).Fit(at));
        Add(context.Transforms.CopyColumns(Image, image).Fit(at));
        Add(Mapping(context, input.Schema[image].Type is TextDataViewType, missingAsNaN).Fit(at));
        Add(Names(context));
        Add(context.Transforms.Conversion.ConvertType(output, Score, DataKind.Single).Fit(at));
        string[] between = [Image, Values, Score, PredictedLabel];
        Add(context.Transforms.DropColumns([.. between.Where(name => name != output)]).Fit(at));
        foreach (string name in aside)
            Add(context.Transforms.CopyColumns(name, Kept + name).Fit(at));
        if (aside.Length > 0)
            Add(context.Transforms.DropColumns([.. aside.Select(name => Kept + name)]).Fit(at));
        return new TransformerChain<ITransformer>([.. steps]);
    }

    private static IEstimator<ITransformer> Mapping(MLContext context, bool isPath, bool missingAsNaN) => (isPath, missingAsNaN) switch
    {
        (true, false) => context.Transforms.CustomMapping(new SkinFeaturesFromPath().GetMapping(), SkinFeaturesFromPath.Contract),
        (true, true) => context.Transforms.CustomMapping(new SkinFeaturesFromPathOrNaN().GetMapping(), SkinFeaturesFromPathOrNaN.Contract),
        (false, false) => context.Transforms.CustomMapping(new SkinFeaturesFromBytes().GetMapping(), SkinFeaturesFromBytes.Contract),
        (false, true) => context.Transforms.CustomMapping(new SkinFeaturesFromBytesOrNaN().GetMapping(), SkinFeaturesFromBytesOrNaN.Contract),
    };

    /// <summary>The predictor: it has no public constructor, so its zip is written and loaded.</summary>
    private static ITransformer Names(MLContext context)
    {
        byte[] predictor = new MlNetPartWriter(MlNetPartKind.Prediction).Name(Values).Name("Label").Name(Score).Name(PredictedLabel).ToArray();
        byte[] schema = IdvWriter.Write(new IdvColumn(Values, Shape: [SkinFeatureExtractor.Length]),
            new IdvColumn("Label", KeyNames: SkinFeatureExtractor.Names));
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in new[]
            {
                ("TrainingInfo/Version.txt", "1.0.0\n"u8.ToArray()), ("TransformerChain/Model/Model.key", MlNetChain.Identity(SkinFeatureExtractor.Length)),
                ("TransformerChain/TrainSchema", schema), ("TransformerChain/Model.key", predictor),
            })
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        stream.Position = 0;
        return context.Model.Load(stream, out _);
    }
}
