using SkinClassifier.Common;

namespace SkinClassifier.Tests.Common;

public sealed class AtomicFileTests
{
    [Test]
    public void A_failing_write_keeps_the_old_file_and_leaves_nothing_behind()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a/b.txt");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(65);
            throw new IOException("disk full");
        }));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1));
        AtomicFile.WriteText(path, "new");
        Assert.That(File.ReadAllText(path), Is.EqualTo("new"));
    }

    [Test]
    public void What_killed_processes_left_is_deleted_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("below"));
        string[] left = [$"a.zip.{Guid.NewGuid():N}.tmp", $"b.zip.{Guid.NewGuid():N}.tmp", $"below/a.zip.{Guid.NewGuid():N}.tmp"],
            kept = ["a.zip", "notes.tmp", "a.zip.old.tmp", $"{Guid.NewGuid():N}.txt"];
        foreach (string file in (string[])[.. left, .. kept])
            File.WriteAllText(folder.File(file), "content");
        AtomicFile.DeleteUnfinished(folder.File(""), "a.zip");
        Assert.That(left.Select(f => File.Exists(folder.File(f))), Is.EqualTo(new[] { false, true, true }));
        AtomicFile.DeleteUnfinished(folder.File(""), below: true);
        Assert.That(left.Select(f => File.Exists(folder.File(f))), Is.All.False);
        Assert.That(kept.Select(f => File.Exists(folder.File(f))), Is.All.True);
        Assert.That(() => AtomicFile.DeleteUnfinished(folder.File("absent")), Throws.Nothing);
    }
}
