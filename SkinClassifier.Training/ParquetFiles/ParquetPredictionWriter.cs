using SkinClassifier.Prediction;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.ParquetFiles;

/// <summary>
/// Predictions as a Parquet file, with the columns of the CSV file: path, predicted, error, decision, predictionSet, reasons, similar as texts, then
/// familiarity and a probability per class as float32; null where a row has none.
/// </summary>
internal sealed class ParquetPredictionWriter : PredictionWriter
{
    /// <summary>The word of --format.</summary>
    public const string Format = "parquet";

    private static readonly string[] _texts = ["path", "predicted", "error", "decision", "predictionSet", "reasons"];
    private readonly ParquetTable _table;
    private readonly bool _similar;
    private readonly float?[] _numbers;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Stays open.</param>
    /// <param name="labels">The classes; one that is named as another column gets " (score)" behind its name.</param>
    /// <param name="similar">Whether there is a column of similar images.</param>
    public ParquetPredictionWriter(Stream stream, IReadOnlyList<string> labels, bool similar)
    {
        string[] texts = similar ? [.. _texts, "similar"] : _texts;
        (_similar, _numbers) = (similar, new float?[labels.Count + 1]);
        _table = new ParquetTable(stream, texts,
            ["familiarity", .. labels.Select(l => l == "familiarity" || texts.Contains(l) ? $"{l} (score)" : l)]);
    }

    /// <inheritdoc/>
    public override void Dispose() => _table.Dispose();

    /// <inheritdoc/>
    protected override void Write(string path, ImagePrediction? prediction, string? error)
    {
        _numbers[0] = (float?)prediction?.Familiarity;
        for (int i = 1; i < _numbers.Length; i++)
            _numbers[i] = prediction?.Score[i - 1];
        List<string?> texts = [path, prediction?.PredictedLabel, error, PredictionJson.Word(prediction), Joined(prediction?.PredictionSet),
            Joined(prediction?.Reasons.Select(r => r.Code))];
        if (_similar)
            texts.Add(Joined(prediction?.Similar.Select(s => $"{s.Id} ({s.Label})")));
        _table.Row(texts, _numbers);
    }

    private static string? Joined(IEnumerable<string>? words) => words is null ? null : string.Join('|', words);
}
