using Microsoft.ML;
using Microsoft.ML.Runtime;
using SkinClassifier.MLNet.Images;

namespace SkinClassifier.MLNet;

/// <summary>An estimator that learns nothing: it looks what kind of column holds the images.</summary>
/// <typeparam name="TTransformer">What it makes.</typeparam>
public abstract class ImageStepEstimator<TTransformer> : IEstimator<TTransformer> where TTransformer : ImageTransformer
{
    private readonly string _input;

    private protected ImageStepEstimator(IHostEnvironment environment, string inputColumnName)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        (Environment, _input) = (environment, inputColumnName);
    }

    private protected IHostEnvironment Environment { get; }

    /// <summary>Makes the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of another type.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Make(ImageColumn.Find(input.Schema, _input), input.Schema);
    }

    /// <summary>The columns that the transformer gives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(inputSchema, _input);
        return Shape(inputSchema);
    }

    private protected abstract TTransformer Make(ImageColumn column, DataViewSchema fitted);

    private protected abstract SchemaShape Shape(SchemaShape input);
}
