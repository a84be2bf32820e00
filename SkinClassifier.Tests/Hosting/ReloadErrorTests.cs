using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Hosting;

/// <summary>Whatever lies at the model's path: the old model predicts, the reason is logged and shown, and the next good file is taken.</summary>
public sealed class ReloadErrorTests
{
    private const string Nulls = """{"labels":["g0","x"],"width":8,"height":8,"metrics":null,"options":null,"trainedOn":null}""";
    private static readonly RgbImage Red = SmallModels.Plain(220, 10, 10);

    [Test]
    public async Task Every_kind_of_bad_file_is_refused_and_the_next_good_file_is_taken()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        SmallModels.Create(["g0", "x"]).Save(path);
        byte[] good = File.ReadAllBytes(path);
        using RecordingLogs logs = new();
        using ServiceProvider services = TestHost.Services(path, logs: logs);
        NamedPredictionEnginePools pools = services.Pools();
        HealthCheckService health = services.GetRequiredService<HealthCheckService>();
        pools.LoadAll();
        (string What, Action Put)[] bad =
        [
            ("nothing in the file", () => File.WriteAllBytes(path, [])),
            ("text", () => File.WriteAllText(path, "PK, but no zip")),
            ("half a zip", () => File.WriteAllBytes(path, good[..(good.Length / 2)])),
            ("a zip without a manifest", () => Rewrite(good, path, "manifest.json", null)),
            ("a manifest that is null", () => Rewrite(good, path, "manifest.json", "null")),
            ("a manifest of another type", () => Rewrite(good, path, "manifest.json", "[1, 2]")),
            ("a manifest with nulls", () => Rewrite(good, path, "manifest.json", Nulls[..^1] + ""","network":null,"preprocessing":null,"backbone":null}""")),
            ("a manifest without a network", () => Rewrite(good, path, "manifest.json", Nulls)),
            ("a manifest with other labels", () => Rewrite(good, path, "manifest.json", """{"labels":["a","b","c"],"width":8,"height":8}""")),
            ("a folder", () => { File.Delete(path); Directory.CreateDirectory(path); }),
            ("no file", () => File.Delete(path)),
        ];
        for (int i = 0; i < bad.Length; i++)
        {
            int logged = logs.Errors.Count;
            bad[i].Put();
            await TestHost.Until(() => pools.Status[0].LastError is not null, $"{bad[i].What}: was not noticed");
            Assert.That(pools.Predict("skin", Red).PredictedLabel, Is.EqualTo($"g{i}"), bad[i].What);
            Assert.That(logs.Errors.Skip(logged), Has.Some.Contains("the old model stays"), bad[i].What);
            HealthReport report = await health.CheckHealthAsync();
            Assert.That(report.Status, Is.EqualTo(HealthStatus.Degraded), bad[i].What);
            Assert.That(report.Entries["models"].Data["skin"].ToString(), Does.Contain("newer file refused").And.Contain("SHA-256"), bad[i].What);
            if (Directory.Exists(path))
                Directory.Delete(path);
            SmallModels.Create([$"g{i + 1}", "x"]).Save(path);
            await TestHost.Until(() => pools.GetModel("skin").Labels[0] == $"g{i + 1}",
                $"{bad[i].What}: the good file after it was not taken: {pools.Status[0].LastError}");
            Assert.That((pools.Status[0].LastError, pools.Status[0].LastErrorAt), Is.EqualTo(((string?)null, (DateTimeOffset?)null)));
        }
    }

    [Test]
    public async Task A_logger_that_throws_does_not_end_hot_reload()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        SmallModels.Create(["a1", "x"]).Save(path);
        using RecordingLogs logs = new();
        using ServiceProvider services = TestHost.Services(path, logs: logs);
        NamedPredictionEnginePools pools = services.Pools();
        pools.LoadAll();
        logs.Throws = true;
        File.WriteAllText(path, "bad");
        await TestHost.Until(() => pools.Status[0].LastError is not null, "the bad file was not noticed");
        SmallModels.Create(["b1", "x"]).Save(path);
        await TestHost.Until(() => pools.GetModel("skin").Labels[0] == "b1", "the good file was not taken");
    }

    private static void Rewrite(byte[] zip, string path, string entry, string? text)
    {
        using MemoryStream changed = new();
        changed.Write(zip);
        using (ZipArchive archive = new(changed, ZipArchiveMode.Update, leaveOpen: true))
        {
            archive.GetEntry(entry)!.Delete();
            if (text is not null)
                using (StreamWriter writer = new(archive.CreateEntry(entry).Open()))
                    writer.Write(text);
        }
        File.WriteAllBytes(path, changed.ToArray());
    }

    private sealed class RecordingLogs : ILoggerFactory, ILogger
    {
        private readonly List<string> _errors = [];

        public volatile bool Throws;

        public IReadOnlyList<string> Errors
        {
            get
            {
                lock (_errors)
                    return [.. _errors];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Throws)
                throw new InvalidOperationException("this logger is broken");
            if (logLevel == LogLevel.Error)
                lock (_errors)
                    _errors.Add(formatter(state, exception));
        }

        public void AddProvider(ILoggerProvider provider) { }

        public void Dispose() { }
    }
}
