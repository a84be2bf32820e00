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
}
