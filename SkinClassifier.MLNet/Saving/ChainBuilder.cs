using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.MLNet.Saving;

/// <summary>Puts steps one after the other and keeps an empty table with the columns so far.</summary>
internal sealed class ChainBuilder(MLContext context, IDataView table)
{
    private readonly List<ITransformer> _steps = [];
    private IDataView _table = table;

    /// <summary>Makes the steps.</summary>
    public MLContext Context => context;

    /// <summary>Adds a step that is fitted on nothing.</summary>
    public void Add(IEstimator<ITransformer> step) => Add(step.Fit(_table));

    /// <summary>Adds a step.</summary>
    public void Add(ITransformer step)
    {
        _steps.Add(step);
        _table = step.Transform(_table);
    }

    /// <summary>Adds the column <paramref name="wanted"/> with the values of <paramref name="present"/>.</summary>
    public void Copy(string wanted, string present)
    {
        if (wanted != present)
            Add(context.Transforms.CopyColumns(wanted, present));
    }

    /// <summary>Gives the empty table, not the chain, a column that the rows to come will have; its type does not matter.</summary>
    public void Expect(string name) => _table = context.Transforms.CopyColumns(name, SavedChain.Key).Fit(_table).Transform(_table);

    /// <summary>Drops columns.</summary>
    public void Drop(params string[] names)
    {
        if (names.Length > 0)
            Add(context.Transforms.DropColumns(names));
    }

    /// <summary>The whole chain.</summary>
    public ITransformer Build() => new TransformerChain<ITransformer>([.. _steps]);
}
