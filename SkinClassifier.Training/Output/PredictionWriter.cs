using System.Globalization;
using CsvHelper;
using SkinClassifier.Calibration;
using SkinClassifier.Prediction;

namespace SkinClassifier.Training.Output;

/// <summary>Prints predictions one after the other in one of the formats of `predict`.</summary>
internal abstract class PredictionWriter : IDisposable
{
    public static PredictionWriter Create(string format, TextWriter writer, IReadOnlyList<string> labels, int top, bool similar) => format switch
    {
        "json" => new JsonPredictionWriter(writer, top, lines: false),
        "jsonl" => new JsonPredictionWriter(writer, top, lines: true),
        "csv" => new CsvPredictionWriter(writer, labels, similar),
        _ => new TablePredictionWriter(writer, top),
    };

    /// <summary>A row with a prediction, or with the reason why there is none.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="path">How the image is named. Default: by its path.</param>
    public void Write(ImagePrediction prediction, string? path = null) =>
        Write(path ?? prediction.Path ?? "", prediction.Error is null ? prediction : null, prediction.Error);

    /// <summary>A row for something that could not be used at all.</summary>
    public void WriteError(string path, string error) => Write(path, null, error);

    public virtual void Dispose() { }

    protected abstract void Write(string path, ImagePrediction? prediction, string? error);

    /// <summary>A line per image for people: path, "no answer" with the reasons where the model abstains, classes with scores.</summary>
    private sealed class TablePredictionWriter(TextWriter writer, int top) : PredictionWriter
    {
        protected override void Write(string path, ImagePrediction? prediction, string? error)
        {
            string text = prediction is null
                ? $"not readable: {error}"
                : NoAnswer(prediction)
                    + (prediction.PredictedLabel == prediction.Scores[0].Label ? "" : $"{prediction.PredictedLabel} (by the decision rule)   ")
                    + string.Join("   ", prediction.Scores.Take(top).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Label} {s.Score:0.0000}")));
            if (prediction?.Similar is { Count: > 0 } similar)
                text += $"   similar: {string.Join(", ", similar.Select(s => $"{s.Id} ({s.Label})"))}";
            writer.WriteLine($"{CleanText.OneLine(path)}   {CleanText.OneLine(text)}");
        }

        private static string NoAnswer(ImagePrediction prediction) => prediction.Decision != PredictionDecision.Abstain ? ""
            : $"no answer: {string.Join(' ', prediction.Reasons.Select(r => r.Sentence))}   ";
    }

    /// <summary>JSON: one array, or one object per line. Control characters are written as JSON's own escapes.</summary>
    private sealed class JsonPredictionWriter(TextWriter writer, int top, bool lines) : PredictionWriter
    {
        private int _count;

        public override void Dispose()
        {
            if (!lines)
                writer.Write(_count == 0 ? "[]\n" : "\n]\n");
            writer.Flush();
        }

        protected override void Write(string path, ImagePrediction? prediction, string? error)
        {
            if (!lines)
                writer.Write(_count == 0 ? "[\n" : ",\n");
            _count++;
            writer.Write(System.Text.Encoding.UTF8.GetString(PredictionJson.ToUtf8(path, prediction, error, top).Span));
            if (lines)
            {
                writer.Write('\n');
                writer.Flush();
            }
        }
    }

    /// <summary>
    /// RFC 4180: path, predicted, error, one probability column per class, then decision, predictionSet, reasons (codes), familiarity and, where asked for,
    /// similar (training images with their class); several with | between.
    /// </summary>
    private sealed class CsvPredictionWriter : PredictionWriter
    {
        private readonly CsvWriter _csv;
        private readonly int _columns;
        private readonly bool _similar;

        public CsvPredictionWriter(TextWriter writer, IReadOnlyList<string> labels, bool similar)
        {
            _similar = similar;
            _csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
            _columns = labels.Count;
            foreach (string name in (IEnumerable<string>)["path", "predicted", "error", .. labels, "decision", "predictionSet", "reasons", "familiarity",
                .. similar ? ["similar"] : Array.Empty<string>()])
                _csv.WriteField(name);
            _csv.NextRecord();
        }

        public override void Dispose() => _csv.Dispose();

        protected override void Write(string path, ImagePrediction? prediction, string? error)
        {
            _csv.WriteField(path);
            _csv.WriteField(prediction?.PredictedLabel ?? "");
            _csv.WriteField(error ?? "");
            for (int i = 0; i < _columns; i++)
                _csv.WriteField(prediction?.Score[i].ToString("R", CultureInfo.InvariantCulture) ?? "");
            _csv.WriteField(PredictionJson.Word(prediction) ?? "");
            _csv.WriteField(string.Join('|', prediction?.PredictionSet ?? []));
            _csv.WriteField(string.Join('|', prediction?.Reasons.Select(r => r.Code) ?? []));
            _csv.WriteField(prediction?.Familiarity?.ToString("R", CultureInfo.InvariantCulture) ?? "");
            if (_similar)
                _csv.WriteField(string.Join('|', prediction?.Similar.Select(s => $"{s.Id} ({s.Label})") ?? []));
            _csv.NextRecord();
        }
    }
}
