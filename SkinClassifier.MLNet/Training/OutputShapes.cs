using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.MLNet.Training;

/// <summary>
/// The shapes of new columns, which ML.NET's estimators announce to each other. Their constructor is not public, so they are taken from public estimators
/// that announce the same.
/// </summary>
internal static class OutputShapes
{
    private const string Vector = "SkinClassifier.Vector", Text = "SkinClassifier.Text", Key = "SkinClassifier.Key", Number = "SkinClassifier.Number";

    /// <summary>A classifier's columns: scores, predicted key, texts, familiarity and, where it is named, the heat map.</summary>
    public static SchemaShape OfScores(SchemaShape input, ImageNetworkTrainer.Options options)
    {
        MLContext context = new();
        SchemaShape trained = context.MulticlassClassification.Trainers.SdcaMaximumEntropy(options.LabelColumnName, Vector).GetOutputSchema(Probe(input));
        trained = Copy(context, trained, options.ScoreColumnName, "Score");
        trained = Copy(context, trained, options.PredictedLabelColumnName, "PredictedLabel");
        string[] texts = [options.ErrorColumnName, options.DecisionColumnName, options.PredictionSetColumnName, options.ReasonsColumnName];
        foreach (string name in texts)
            trained = Copy(context, trained, name, Text);
        trained = Copy(context, trained, options.FamiliarityColumnName, Number);
        if (options.ExplanationColumnName is { } explanation)
            trained = context.Transforms.LoadImages(explanation, "", Text).GetOutputSchema(trained);
        string[] all = [options.ScoreColumnName, options.PredictedLabelColumnName, .. texts, options.FamiliarityColumnName];
        return With(input, trained, options.ExplanationColumnName is null ? all : [.. all, options.ExplanationColumnName]);
    }

    /// <summary>A vector of float and a text.</summary>
    public static SchemaShape OfVector(SchemaShape input, string vector, string text)
    {
        MLContext context = new();
        return With(input, Copy(context, Copy(context, Probe(input), vector, Vector), text, Text), vector, text);
    }

    /// <summary>A vector of float whose slots have names, and a text.</summary>
    public static SchemaShape OfNamedVector(SchemaShape input, string vector, string text)
    {
        MLContext context = new();
        SchemaShape keyed = context.Transforms.Conversion.MapValueToKey(Key, Text).GetOutputSchema(Probe(input));
        SchemaShape trained = context.MulticlassClassification.Trainers.SdcaMaximumEntropy(Key, Vector).GetOutputSchema(keyed);
        SchemaShape named = context.Transforms.Conversion.ConvertType(vector, "Score", DataKind.Single).GetOutputSchema(trained);
        return With(input, Copy(context, named, text, Text), vector, text);
    }

    /// <summary>An image of a size and a text.</summary>
    public static SchemaShape OfImage(SchemaShape input, string image, int width, int height, string text)
    {
        MLContext context = new();
        SchemaShape loaded = context.Transforms.LoadImages(image, "", Text).GetOutputSchema(Probe(input));
        SchemaShape resized = context.Transforms.ResizeImages(image, width, height).GetOutputSchema(loaded);
        return With(input, Copy(context, resized, text, Text), image, text);
    }

    /// <summary>An input's columns and some of another shape's; a new one hides one of the same name.</summary>
    private static SchemaShape With(SchemaShape input, SchemaShape source, params string[] names) =>
        new(input.Where(c => !names.Contains(c.Name)).Concat(names.Select(n => source.Last(c => c.Name == n))));

    /// <summary>An input's columns, a vector of float, a text and a number.</summary>
    private static SchemaShape Probe(SchemaShape input) =>
        new MLContext().Transforms.CustomMapping<NoColumns, NewColumns>((_, _) => { }, null).GetOutputSchema(input);

    /// <summary>A copy of a column under another name.</summary>
    private static SchemaShape Copy(MLContext context, SchemaShape shape, string wanted, string present) =>
        wanted == present ? shape : context.Transforms.CopyColumns(wanted, present).GetOutputSchema(shape);

    private sealed class NoColumns { }

    private sealed class NewColumns
    {
        [ColumnName(OutputShapes.Vector), VectorType(1)]
        public float[] Vector { get; set; } = [0];

        [ColumnName(OutputShapes.Text)]
        public string Text { get; set; } = "";

        [ColumnName(OutputShapes.Number)]
        public float Number { get; set; }
    }
}
