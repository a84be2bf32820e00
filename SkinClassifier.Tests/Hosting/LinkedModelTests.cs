using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SkinClassifier.Hosting;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Hosting;

/// <summary>Links of a file and of the folders above it, as containers' volumes and releases use them.</summary>
[Platform(Exclude = "Win", Reason = "Links need a right there.")]
public sealed class LinkedModelTests
{
    private static readonly DateTime Written = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Test]
    public async Task An_exchanged_data_link_as_in_a_Kubernetes_volume_is_noticed()
    {
        using TemporaryFolder folder = new();
        Release(folder, "..2026_01", "a1");
        Directory.CreateSymbolicLink(folder.File("..data"), "..2026_01");
        File.CreateSymbolicLink(folder.File("model.zip"), Path.Combine("..data", "model.zip"));
        using ServiceProvider services = TestHost.Services(folder.File("model.zip"));
        NamedPredictionEnginePools pools = services.Pools();
        pools.LoadAll();
        for (int i = 2; i <= 5; i++)
        {
            Release(folder, $"..2026_0{i}", $"a{i}");
            Directory.CreateSymbolicLink(folder.File("..data_tmp"), $"..2026_0{i}");
            Rename(folder.File("..data_tmp"), folder.File("..data"));
            await TestHost.Until(() => pools.GetModel("skin").Labels[0] == $"a{i}", $"exchange {i} was not noticed");
            Directory.Delete(folder.File($"..2026_0{i - 1}"), recursive: true);
        }
        Assert.That(pools.Status[0].LastError, Is.Null);
        Assert.That(pools.Status[0].FileWrittenAt!.Value.UtcDateTime, Is.EqualTo(Written), "the time of the file, not of the link");
    }

    [Test]
    public async Task A_link_to_another_file_a_linked_folder_and_a_changed_target_are_noticed()
    {
        using TemporaryFolder folder = new();
        foreach (string label in new[] { "a1", "a2", "a3", "a4" })
            Release(folder, label, label);
        Directory.CreateSymbolicLink(folder.File("current"), "a1");
        string path = Path.Combine(folder.File("current"), "model.zip");
        using ServiceProvider services = TestHost.Services(path);
        NamedPredictionEnginePools pools = services.Pools();
        pools.LoadAll();
        Directory.CreateSymbolicLink(folder.File("next"), "a2");
        Rename(folder.File("next"), folder.File("current"));
        await TestHost.Until(() => pools.GetModel("skin").Labels[0] == "a2", "another folder behind the link");
        File.Delete(Path.Combine(folder.File("a2"), "model.zip"));
        File.CreateSymbolicLink(Path.Combine(folder.File("a2"), "model.zip"), Path.Combine("..", "a3", "model.zip"));
        await TestHost.Until(() => pools.GetModel("skin").Labels[0] == "a3", "a link in the place of the file");
        SmallModels.Create(["a9", "x"]).Save(Path.Combine(folder.File("a3"), "model.zip"));
        await TestHost.Until(() => pools.GetModel("skin").Labels[0] == "a9", "a new file behind the link");
    }

    [Test]
    public void Versions_of_files_of_one_size_and_time_differ_by_their_place_and_circles_end()
    {
        using TemporaryFolder folder = new();
        Release(folder, "one", "a1");
        Release(folder, "two", "a1");
        Directory.CreateSymbolicLink(folder.File("link"), "one");
        FileVersion one = FileVersion.Of(Path.Combine(folder.File("link"), "model.zip"));
        Directory.Delete(folder.File("link"));
        Directory.CreateSymbolicLink(folder.File("link"), folder.File("two"));
        FileVersion two = FileVersion.Of(Path.Combine(folder.File("link"), "model.zip"));
        Assert.That((one.Length, one.Written), Is.EqualTo((two.Length, two.Written)));
        Assert.That(one, Is.Not.EqualTo(two));
        Assert.That(two.RealPath, Is.EqualTo(FileVersion.Resolve(Path.Combine(folder.File("two"), "model.zip"))));
        File.CreateSymbolicLink(folder.File("a"), "b");
        File.CreateSymbolicLink(folder.File("b"), "a");
        Assert.That(() => FileVersion.Resolve(folder.File("a")), Throws.InstanceOf<IOException>().With.Message.Contains("circle"));
        Assert.That(FileVersion.Of(folder.File("a")), Is.EqualTo(default(FileVersion)));
    }

    private static void Release(TemporaryFolder folder, string name, string label)
    {
        Directory.CreateDirectory(folder.File(name));
        string path = Path.Combine(folder.File(name), "model.zip");
        SmallModels.Create([label, "x"]).Save(path);
        File.SetLastWriteTimeUtc(path, Written);
    }

    /// <summary>Puts a link in the place of another one at once, as the system call does.</summary>
    private static void Rename(string from, string to)
    {
        using Process process = Process.Start("mv", ["-T", from, to]);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
    }
}
