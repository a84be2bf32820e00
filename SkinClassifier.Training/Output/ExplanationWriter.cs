using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using SkinClassifier.Explanations;

namespace SkinClassifier.Training.Output;

/// <summary>Prints the rows of `explain` one after the other in one of its formats.</summary>
internal abstract class ExplanationWriter : IDisposable
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ExplanationWriter Create(string format, TextWriter writer, ExplanationMethod method) => format switch
    {
        "json" => new JsonExplanationWriter(writer, method, lines: false),
        "jsonl" => new JsonExplanationWriter(writer, method, lines: true),
        "csv" => new CsvExplanationWriter(writer, method),
        _ => new TableExplanationWriter(writer),
    };

    public abstract void Write(ExplanationRow row);

    public virtual void Dispose() { }

    /// <summary>The row as an object of JSON.</summary>
    public static void WriteJson(Utf8JsonWriter json, ExplanationRow row, ExplanationMethod method)
    {
        json.WriteStartObject();
        json.WriteString("path", row.Path);
        json.WriteString("predicted", row.Predicted);
        json.WriteString("class", row.Label);
        if (row.Score is { } score)
            json.WriteNumber("score", score);
        else
            json.WriteNull("score");
        json.WriteString("method", ExplanationMethodNames.NameOf(method));
        json.WriteString("layer", row.Layer);
        if (row.IsEmpty is { } empty)
            json.WriteBoolean("emptyMap", empty);
        else
            json.WriteNull("emptyMap");
        json.WriteString("overlay", row.Overlay);
        json.WriteString("map", row.Map);
        json.WriteString("error", row.Error);
        json.WriteEndObject();
    }

    /// <summary>A line per image for people: path, class with score, the file.</summary>
    private sealed class TableExplanationWriter(TextWriter writer) : ExplanationWriter
    {
        public override void Write(ExplanationRow row) => writer.WriteLine($"{CleanText.OneLine(row.Path)}   {CleanText.OneLine(Text(row))}");

        private static string Text(ExplanationRow row)
        {
            if (row.Error is not null)
                return $"not explained: {row.Error}";
            string predicted = row.Label == row.Predicted ? "" : $" (predicted: {row.Predicted})", empty = row.IsEmpty == true ? "   the map is empty" : "";
            return string.Create(CultureInfo.InvariantCulture, $"{row.Label} {row.Score:0.0000}{predicted}   {row.Overlay}{empty}");
        }
    }

    /// <summary>JSON: one array, or one object per line. Control characters are written as JSON's own escapes.</summary>
    private sealed class JsonExplanationWriter(TextWriter writer, ExplanationMethod method, bool lines) : ExplanationWriter
    {
        private int _count;

        public override void Dispose()
        {
            if (!lines)
                writer.Write(_count == 0 ? "[]\n" : "\n]\n");
            writer.Flush();
        }

        public override void Write(ExplanationRow row)
        {
            if (!lines)
                writer.Write(_count == 0 ? "[\n" : ",\n");
            _count++;
            using MemoryStream buffer = new();
            using (Utf8JsonWriter json = new(buffer, OneLine))
                WriteJson(json, row, method);
            writer.Write(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
            if (lines)
            {
                writer.Write('\n');
                writer.Flush();
            }
        }
    }

    /// <summary>RFC 4180, with the names of JSON as header.</summary>
    private sealed class CsvExplanationWriter : ExplanationWriter
    {
        private static readonly string[] Header = ["path", "predicted", "class", "score", "method", "layer", "emptyMap", "overlay", "map", "error"];
        private readonly CsvWriter _csv;
        private readonly string _method;

        public CsvExplanationWriter(TextWriter writer, ExplanationMethod method)
        {
            _csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
            _method = ExplanationMethodNames.NameOf(method);
            Record(Header);
        }

        public override void Dispose() => _csv.Dispose();

        public override void Write(ExplanationRow row) => Record(row.Path, row.Predicted, row.Label, row.Score?.ToString("R", CultureInfo.InvariantCulture),
            _method, row.Layer, row.IsEmpty switch { true => "true", false => "false", null => "" }, row.Overlay, row.Map, row.Error);

        private void Record(params string?[] fields)
        {
            foreach (string? field in fields)
                _csv.WriteField(field ?? "");
            _csv.NextRecord();
        }
    }
}
