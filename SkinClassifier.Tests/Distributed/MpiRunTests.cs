using System.Diagnostics;
using System.IO.Compression;
using SkinClassifier.Tests.CommandLine;

namespace SkinClassifier.Tests.Distributed;

/// <summary>`mpirun -n N skinclassifier train … --distributed mpi` as people call it. .ci/mpi also kills a process.</summary>
[Category("Slow")]
public sealed class MpiRunTests
{
    private static readonly string[] Options =
        ["--weights", "random", "--backbone", "small_cnn", "--epochs", "2", "--image-size", "48", "--threads", "1", "--no-mlnet", "--quiet"];

    private readonly TemporaryFolder _folder = new();

    [OneTimeSetUp]
    public void Draw()
    {
        MpiStartTests.RequireOpenMpi();
        if (Mpirun(1, "--version") is null)
            Assert.Ignore("mpirun was not found: install Open MPI 4 (apt-get install openmpi-bin) to run this test.");
        Assert.That(Cli.Run("data", "demo", "-o", _folder.File("data"), "--per-class", "12", "--size", "64").Code, Is.Zero);
        Assert.That(Cli.Run(["train", _folder.File("data"), "-o", _folder.File("one"), .. Options]).Code, Is.Zero);
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Several_processes_write_the_files_of_one([Values(1, 2, 4)] int processes)
    {
        string run = _folder.File($"run{processes}");
        (int Code, string Error)? result = Mpirun(processes, ["train", _folder.File("data"), "-o", run, "--distributed", "mpi", .. Options]);
        Assert.That(result!.Value.Code, Is.Zero, result.Value.Error);
        Assert.That(Network(run).AsSpan().SequenceEqual(Network(_folder.File("one"))), Is.True);
        foreach (string file in new[] { "predictions.csv", "splits.csv", "metrics.json" })
            Assert.That(File.ReadAllText(Path.Combine(run, file)), Is.EqualTo(File.ReadAllText(Path.Combine(_folder.File("one"), file))), file);
    }

    [Test]
    public void A_number_of_processes_that_does_not_fit_ends_all_with_one_sentence()
    {
        (int Code, string Error)? result = Mpirun(3, ["train", _folder.File("data"), "-o", _folder.File("three"), "--distributed", "mpi", .. Options]);
        Assert.That(result!.Value.Code, Is.EqualTo(2));
        Assert.That(result.Value.Error.Split('\n').Count(l => l.Contains("expected 1, 2, 4 or 8 processes, received 3", StringComparison.Ordinal)),
            Is.EqualTo(1), result.Value.Error);
    }

    private static byte[] Network(string run)
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(run, "model.zip"));
        using Stream stream = zip.Entries.Single(e => e.Name.EndsWith(".onnx", StringComparison.Ordinal)).Open();
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Exit code and stderr; null where there is no mpirun.</summary>
    private static (int Code, string Error)? Mpirun(int processes, params string[] arguments)
    {
        ProcessStartInfo start = new("mpirun") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["--allow-run-as-root", "--oversubscribe", "-n", $"{processes}", "dotnet",
            Path.Combine(AppContext.BaseDirectory, "skinclassifier.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail("mpirun did not end in two minutes");
            }
            return (process.ExitCode, error.Result + output.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
