using System.Text.Json;
using SkinClassifier.Common;

namespace SkinClassifier.Sharding;

/// <summary>The JSON file beside the file of a part. It is written last: a part is complete when it is there and fits its file.</summary>
/// <param name="Run">The run that the part belongs to.</param>
/// <param name="Index">Which part, 0-based.</param>
/// <param name="File">Name of the part's file, in the same folder.</param>
/// <param name="Header">Bytes at the beginning of the file that every part has, such as the column names.</param>
/// <param name="Images">Images of the part.</param>
/// <param name="Errors">Those of them that could not be read.</param>
/// <param name="Hash">SHA-256 of the part's file.</param>
internal sealed record ShardRecord(ShardRun Run, int Index, string File, long Header, long Images, long Errors, string Hash)
{
    /// <summary>The command line of the part without what differs from part to part, for a step that joins parts by running it again. Default: none.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The folder in which the part was run, to which paths in <see cref="Arguments"/> are relative; only written with them.</summary>
    public string WorkingFolder { get; init; } = Directory.GetCurrentDirectory();

    private const int Format = 1;

    /// <summary>Further files of the part. Default: none.</summary>
    public IReadOnlyList<ShardFile> More { get; init; } = [];

    /// <summary>All files of the part, the first one first.</summary>
    public IEnumerable<ShardFile> Files => More.Prepend(new ShardFile(File, Header, Hash));

    /// <summary>The part.</summary>
    public Shard Shard => new(Index, Run.Shards);

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("verb", Run.Verb);
        json.WriteString("version", Run.Version);
        json.WriteNumber("shard", Index);
        json.WriteNumber("shards", Run.Shards);
        json.WriteString("model", Run.Model);
        json.WriteString("manifest", Run.Manifest);
        json.WriteNumber("rows", Run.Rows);
        json.WriteNumber("block", Run.Block);
        json.WriteStartObject("options");
        foreach ((string name, string value) in Run.Options)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("file", File);
        json.WriteString("sha256", Hash);
        json.WriteNumber("header", Header);
        json.WriteNumber("images", Images);
        json.WriteNumber("errors", Errors);
        if (More.Count > 0)
        {
            json.WriteStartArray("more");
            foreach (ShardFile file in More)
            {
                json.WriteStartObject();
                json.WriteString("file", file.Name);
                json.WriteString("sha256", file.Hash);
                json.WriteNumber("header", file.Header);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (Arguments.Count > 0)
        {
            json.WriteString("workingFolder", WorkingFolder);
            json.WriteStartArray("arguments");
            foreach (string argument in Arguments)
                json.WriteStringValue(argument);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    });

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidContentException">It is not such a file.</exception>
    public static ShardRecord Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
            JsonElement all = document.RootElement;
            if (all.GetProperty("format").GetInt32() != Format)
                throw new InvalidContentException($"{path}: expected format {Format}, received {all.GetProperty("format")}. Update SkinClassifier.");
            ShardRun run = new(Text("verb"), Text("version"), Text("model"), Text("manifest"), all.GetProperty("rows").GetInt64(),
                all.GetProperty("shards").GetInt32(),
                [.. all.GetProperty("options").EnumerateObject().Select(o => KeyValuePair.Create(o.Name, o.Value.GetString() ?? ""))])
            { Block = all.GetProperty("block").GetInt32() };
            ShardRecord record = new(run, all.GetProperty("shard").GetInt32(), Text("file"), all.GetProperty("header").GetInt64(),
                all.GetProperty("images").GetInt64(), all.GetProperty("errors").GetInt64(), Text("sha256"))
            {
                More = !all.TryGetProperty("more", out JsonElement more) ? [] : [.. more.EnumerateArray().Select(m => new ShardFile(
                    m.GetProperty("file").GetString() ?? "", m.GetProperty("header").GetInt64(), m.GetProperty("sha256").GetString() ?? ""))],
                WorkingFolder = all.TryGetProperty("workingFolder", out JsonElement working) ? working.GetString() ?? "" : "",
                Arguments = all.TryGetProperty("arguments", out JsonElement list) ? [.. list.EnumerateArray().Select(a => a.GetString() ?? "")] : [],
            };
            if (run.Block < 1 || record.Index < 0 || record.Index >= run.Shards || record.Files.Any(f => f.Name != Path.GetFileName(f.Name) || f.Header < 0)
                || record.Images != record.Shard.Range(run.Rows, run.Block).Count)
                throw new InvalidContentException($"{path}: the shard's numbers contradict each other. Delete the file and run shard {record.Index} again.");
            return record;

            string Text(string name) => all.GetProperty(name).GetString() ?? "";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidContentException($"{path}: expected the record of a shard, received other JSON ({error.Message}). Delete it.", error);
        }
    }
}
