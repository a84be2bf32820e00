using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.MLNet.Rows;

/// <summary>The annotations of a classifier's columns, as ML.NET's own scorers write them.</summary>
internal static class ScoreAnnotations
{
    private const string Names = "SlotNames", TrainingNames = "TrainingLabelValues", KeyNames = "KeyValues", Kind = "ScoreColumnKind",
        ValueKind = "ScoreValueKind", SetId = "ScoreColumnSetId", Multiclass = "MulticlassClassification";

    /// <summary>Annotations of the scores: names of the slots.</summary>
    public static DataViewSchema.Annotations OfScores(IReadOnlyList<string> labels) => Make(labels, [Names, TrainingNames], "Score");

    /// <summary>Annotations of the predicted key: names of its values.</summary>
    public static DataViewSchema.Annotations OfPredictedLabel(IReadOnlyList<string> labels) => Make(labels, [KeyNames], "PredictedLabel");

    /// <summary>Annotations of a vector that is no scores: names of the slots.</summary>
    public static DataViewSchema.Annotations OfSlots(IReadOnlyList<string> names)
    {
        DataViewSchema.Annotations.Builder builder = new();
        AddNames(builder, Names, names);
        return builder.ToAnnotations();
    }

    private static DataViewSchema.Annotations Make(IReadOnlyList<string> labels, ReadOnlySpan<string> namedBy, string valueKind)
    {
        DataViewSchema.Annotations.Builder builder = new();
        foreach (string name in namedBy)
            AddNames(builder, name, labels);
        builder.Add(Kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = Multiclass.AsMemory());
        builder.Add(ValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = valueKind.AsMemory());
        builder.Add(SetId, new KeyDataViewType(typeof(uint), int.MaxValue), (ref uint value) => value = 1);
        return builder.ToAnnotations();
    }

    private static void AddNames(DataViewSchema.Annotations.Builder builder, string annotation, IReadOnlyList<string> texts)
    {
        ReadOnlyMemory<char>[] names = [.. texts.Select(t => t.AsMemory())];
        builder.Add(annotation, new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(names.Length, (ReadOnlyMemory<char>[])names.Clone()));
    }
}
