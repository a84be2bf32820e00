using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Projects;

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
            Row[] rows = [.. ArchitectureCatalog.All.Select(a => RowOf(store, a.Name, a.ParameterCount, a.InputSize)),
                .. store.List().Where(s => !Architecture.TryParse(s.Entry.Name, out _)).Select(s => RowOf(store, s.Entry.Name, null, s.Entry.InputSize))];
            Terminal.Result(parsed.GetValue(format) == "json" ? Json(rows) : Table(rows));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Pull()
    {
        Argument<string> name = new("name") { Description = "A name of `backbones list`." };
        Option<bool> offline = new("--offline") { Description = "Do not use the network; say which file to put where." };
        Command command = new("pull", "Get pretrained weights into the cache, by download or through NuGet, checked by hash.") { name, offline };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Terminal terminal = CommonOptions.Terminal(parsed);
            WeightStore store = new(new WeightStoreOptions { Offline = parsed.GetValue(offline) });
            WeightEntry entry = store.Entry(parsed.GetRequiredValue(name));
            Terminal.Result(entry.Package is { } package && !parsed.GetValue(offline)
                ? store.Pulled(entry) ?? store.Add(entry.Name, await PackageFile(terminal, package, entry, cancellationToken))
                : await terminal.WithProgress(progress => store.PullAsync(entry.Name, new Reports(progress), cancellationToken)));
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

    /// <summary>The file of a package that NuGet has restored.</summary>
    private static async Task<string> PackageFile(Terminal terminal, WeightPackage package, WeightEntry entry, CancellationToken cancellationToken)
    {
        string version = PackageVersions.All[package.Id];
        terminal.Note($"{entry.Name}: restoring {package.Id} {version} through NuGet ({entry.License} license, {entry.Bytes / 1_000_000} MB)");
        return await RestoredPackage.FindAsync(package.Id, version, package.File, $"skinclassifier backbones add {entry.Name} FILE", cancellationToken);
    }

    private static Row RowOf(WeightStore store, string name, long? parameters, int inputSize)
    {
        WeightFile? file = store.Find(name);
        WeightEntry? known = file is null ? WeightCatalog.For(name) : file.Entry;
        string? license = known?.License ?? (file is null ? null : KnownNetworks.Find(file.Path)?.License);
        string place = file is null ? known is null ? "none" : "downloadable" : file.Place == "embedded" ? "embedded" : "cached";
        return new Row(name, parameters, inputSize, place, license, file?.Path);
    }

    private static string Table(Row[] rows)
    {
        StringBuilder text = new($"{"name",-22} {"parameters",12} {"input",6}  {"weights",-12}  {"license",-12}  file\n");
        foreach (Row row in rows)
            text.Append(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-22} {row.Parameters?.ToString("N0", CultureInfo.InvariantCulture) ?? "–",12} {row.InputSize,6}  {row.Weights,-12}  "
                    + $"{row.License ?? "–",-12}  {row.Path}").TrimEnd()).Append('\n');
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
                json.WriteString("license", row.License);
                json.WriteString("path", row.Path);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private sealed record Row(string Name, long? Parameters, int InputSize, string Weights, string? License, string? Path);

    private sealed class Reports(IProgressDisplay progress) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) =>
            progress.Report(value.Name, value.ReceivedBytes, value.TotalBytes ?? Math.Max(value.ReceivedBytes + 1, 1));
    }
}
