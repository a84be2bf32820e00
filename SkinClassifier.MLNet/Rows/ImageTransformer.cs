using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Saving;

namespace SkinClassifier.MLNet;

/// <summary>
/// An image column in, new columns out. Nothing is read before a cursor asks for a new column; each cursor has buffers of its own, so that several run at
/// once. <see cref="Microsoft.ML.ModelOperationsCatalog.Save(ITransformer, DataViewSchema, string)"/> writes a chain of ML.NET's public transforms that
/// gives the same values; its loader needs this assembly.
/// </summary>
public abstract class ImageTransformer : ITransformer
{
    private readonly IHostEnvironment _environment;

    private protected ImageTransformer(IHostEnvironment environment, ImageColumn input, ImageStep step)
    {
        _environment = environment;
        Input = input;
        Step = step;
    }

    /// <summary>True: every row depends on itself alone.</summary>
    public bool IsRowToRowMapper => true;

    internal ImageColumn Input { get; }

    internal ImageStep Step { get; }

    internal abstract IReadOnlyList<OutputColumn> Outputs { get; }

    /// <summary>The input's columns and the new ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of another kind than the one that was fitted.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Input.Check(inputSchema);
        DataViewSchema.Builder schema = new();
        schema.AddColumns(inputSchema);
        foreach (OutputColumn output in Outputs)
            schema.AddColumn(output.Name, output.Type, output.Annotations);
        return schema.ToSchema();
    }

    /// <summary>The table with the new columns; lazy.</summary>
    /// <inheritdoc cref="GetOutputSchema"/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(new ImageRowMapper(this, input.Schema), input);
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ImageRowMapper(this, inputSchema);
    }

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext ctx) => SavedChain.Of(this).Save(ctx);

    /// <summary>Adds to a saved chain the steps that make the output columns from <see cref="SavedChain.Values"/> and <see cref="SavedChain.Error"/>.</summary>
    internal abstract void AddSavedOutputs(ChainBuilder chain);

    /// <summary>Reports a row whose image could not be read.</summary>
    internal void Warn(string error)
    {
        using IChannel channel = _environment.Start(Step.Name);
        channel.Warning(MessageSensitivity.UserData, "{0}", $"{Step.Name}: an image could not be read: {error}");
    }
}
