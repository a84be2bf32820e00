using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Data;

namespace SkinClassifier.Compare.Splits;

/// <summary>Features of all images, computed once.</summary>
/// <param name="Values">Features [N,F], in the order of the dataset.</param>
/// <param name="Length">F.</param>
/// <param name="SecondsPerImage">Time to compute those of one image, its decoding included, on all threads.</param>
/// <param name="Bytes">What computing them needs on disk.</param>
/// <param name="Positions">Row of an image by its path.</param>
internal sealed record FeatureRows(float[] Values, int Length, double SecondsPerImage, long Bytes, IReadOnlyDictionary<string, int> Positions)
{
    /// <summary>Images as rows with the columns Label (a key over all classes) and Features.</summary>
    public IDataView View(MLContext context, ImageDataset images, int classes)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Length);
        return context.Data.LoadFromEnumerable(images.Examples.Select(e => new Row
        {
            // A key in a class of one's own counts from 0; in the column it counts from 1.
            Label = (uint)e.LabelIndex,
            Features = Values[(Positions[e.Path] * Length)..((Positions[e.Path] + 1) * Length)],
        }), schema);
    }

    private sealed class Row
    {
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
