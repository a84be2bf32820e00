using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.MLNet.SkinFeatures;

namespace SkinClassifier.MLNet;

/// <summary>Adds a column of descriptors (vector of 176 numbers whose slots have names) and one that says why an image could not be read.</summary>
public sealed class SkinFeaturesTransformer : ImageTransformer
{
    private readonly string _output, _error;
    private readonly string[] _kept;

    internal SkinFeaturesTransformer(IHostEnvironment environment, ImageColumn input, SkinFeaturesEstimator.Options options, DataViewSchema fitted)
        : base(environment, input, new SkinFeatureStep { ThrowOnUnreadableImage = options.ThrowOnUnreadableImage })
    {
        (_output, _error) = (options.OutputColumnName, options.ErrorColumnName);
        _kept = NamedScores.Kept(fitted, _output);
        Outputs = [OutputColumn.Values(_output, Step.ValueCount, ScoreAnnotations.OfSlots(SkinFeatureExtractor.Names)), OutputColumn.Error(_error)];
    }

    internal override IReadOnlyList<OutputColumn> Outputs { get; }

    internal override void AddSavedOutputs(ChainBuilder chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        // ML.NET has no public transform that names the slots of a vector; its predictor does, and the conversion keeps the names alone.
        NamedScores.Add(chain, SkinFeatureExtractor.Names, SavedChain.Length(Step), _kept, null, () => chain.Add(
            chain.Context.Transforms.Conversion.ConvertType(_output, NamedScores.Score, DataKind.Single)), _output);
        chain.Copy(_error, SavedChain.Error);
    }
}
