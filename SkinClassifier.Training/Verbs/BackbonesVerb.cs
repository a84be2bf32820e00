using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>backbones: the networks, and getting and checking their pretrained weights.</summary>
internal static class BackbonesVerb
{
    public static Command Create() => new("backbones", "List networks; get, add and check their pretrained weights.") { List(), Pull(), Add(), Verify() };

    private static Command List()
    {
        Option<string> format = new("--format") { Description = "How to print.", DefaultValueFactory = _ => "table" };
        format.OneOf("table", "json");
        Command command = new("list", "All built-in networks and weight files, and where the weights are.") { format };
        command.SetAction(parsed =>
        {
            WeightStore store = new();
            Row[] rows = [.. ArchitectureCatalog.All.Select(a => new Row(a.Name, a.ParameterCount, a.InputSize, Weights(store, a.Name), store.Locate(a.Name))),
                .. store.List().Where(s => !Architecture.TryParse(s.Entry.Name, out _))
                    .Select(s => new Row(s.Entry.Name, null, s.Entry.InputSize, Weights(store, s.Entry.Name), s.Path))];
            Terminal.Result(parsed.GetValue(format) == "json" ? Json(rows) : Table(rows));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Pull()
    {
        Argument<string> name = new("name") { Description = "A name of `backbones list`." };
        Option<bool> offline = new("--offline") { Description = "Do not use the network; say which file to put where." };
        Command command = new("pull", "Download pretrained weights into the cache, checked by hash.") { name, offline };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            WeightStore store = new(new WeightStoreOptions { Offline = parsed.GetValue(offline) });
            string path = await terminal.WithProgress(progress => store.PullAsync(parsed.GetRequiredValue(name), new Reports(progress), cancellationToken));
            Terminal.Result(path);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Add()
    {
        Argument<string> name = new("name") { Description = "A name of `backbones list`." };
        Argument<string> file = new("file") { Description = "The weight file." };
        Command command = new("add", "Copy a weight file that was got by hand into the cache.") { name, file };
        command.SetAction(parsed =>
        {
            Terminal.Result(new WeightStore().Add(parsed.GetRequiredValue(name), parsed.GetRequiredValue(file)));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        Command command = new("verify", "Compute the hashes of all weight files in the cache again.");
        command.SetAction(_ =>
        {
            WeightStore store = new();
            IReadOnlyList<WeightCheck> checks = store.Verify();
            foreach (WeightCheck check in checks)
                Terminal.Result($"{(check.Error is null ? "good" : "BAD ")}  {check.Path}{(check.Error is null ? "" : ": " + check.Error)}");
            if (checks.Count == 0)
                Terminal.Result($"no weight files in {store.CacheFolder}");
            return checks.Any(c => c.Error is not null) ? ExitCode.UnusableInput : ExitCode.Done;
        });
        return command;
    }

    private static string Weights(WeightStore store, string name) =>
        store.Locate(name) is not null ? "cached" : WeightCatalog.Find(name) is not null ? "downloadable" : "none";

    private static string Table(Row[] rows)
    {
        StringBuilder text = new($"{"name",-22} {"parameters",12} {"input",6}  {"weights",-12}  file\n");
        foreach (Row row in rows)
            text.Append(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-22} {row.Parameters?.ToString("N0", CultureInfo.InvariantCulture) ?? "–",12} {row.InputSize,6}  {row.Weights,-12}  "
                    + $"{row.Path}").TrimEnd()).Append('\n');
        return text.ToString().TrimEnd();
    }

    private static string Json(Row[] rows)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            foreach (Row row in rows)
            {
                json.WriteStartObject();
                json.WriteString("name", row.Name);
                if (row.Parameters is { } parameters)
                    json.WriteNumber("parameters", parameters);
                else
                    json.WriteNull("parameters");
                json.WriteNumber("inputSize", row.InputSize);
                json.WriteString("weights", row.Weights);
                json.WriteString("path", row.Path);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private sealed record Row(string Name, long? Parameters, int InputSize, string Weights, string? Path);

    private sealed class Reports(IProgressDisplay progress) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) =>
            progress.Report(value.Name, value.ReceivedBytes, value.TotalBytes ?? Math.Max(value.ReceivedBytes + 1, 1));
    }
}
