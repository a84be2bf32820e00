using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Saving;

namespace SkinClassifier.MLNet;

/// <summary>Adds a column of features (vector of float) and one that says why an image could not be read.</summary>
public sealed class NetworkFeatureTransformer : ImageTransformer
{
    private readonly NetworkFeatureEstimator.Options _options;

    internal NetworkFeatureTransformer(IHostEnvironment environment, ImageColumn input, FeatureStep step, NetworkFeatureEstimator.Options options)
        : base(environment, input, step)
    {
        _options = options;
        Outputs = [OutputColumn.Values(options.OutputColumnName, step.ValueCount), OutputColumn.Error(options.ErrorColumnName)];
    }

    internal override IReadOnlyList<OutputColumn> Outputs { get; }

    internal override void AddSavedOutputs(ChainBuilder chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        // A selection of features, fitted on a row in which the first are there, cuts the vector to its length.
        float[] row = new float[SavedChain.Length(Step)];
        row.AsSpan(0, Step.ValueCount).Fill(1);
        IDataView one = row.Length == Values1024.Count ? chain.Context.Data.LoadFromEnumerable([new Values1024 { Values = row }])
            : chain.Context.Data.LoadFromEnumerable([new Values65536 { Values = row }]);
        chain.Add(chain.Context.Transforms.FeatureSelection.SelectFeaturesBasedOnCount(_options.OutputColumnName, SavedChain.Values, count: 1).Fit(one));
        chain.Copy(_options.ErrorColumnName, SavedChain.Error);
    }
}
