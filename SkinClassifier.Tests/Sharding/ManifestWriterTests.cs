using SkinClassifier.Common;
using SkinClassifier.Sharding;

namespace SkinClassifier.Tests.Sharding;

public sealed class ManifestWriterTests : FolderTests
{
    [Test]
    public void A_folder_of_classes_is_listed_with_classes_in_ordinal_order_of_the_paths()
    {
        foreach (string file in (ReadOnlySpan<string>)
            ["photos/b/1.png", "photos/a.x/2.JPG", "photos/a/deep, er/3.png", "photos/a/notes.txt", "photos/.git/4.png"])
            Touch(file);
        ManifestWriter writer = new(_folder.File("manifest.csv"));
        Assert.That(writer.WriteFolder(_folder.File("photos")), Is.EqualTo(3));
        Assert.That(File.ReadAllText(_folder.File("manifest.csv")),
            Is.EqualTo("path,label\r\nphotos/a.x/2.JPG,a.x\r\n\"photos/a/deep, er/3.png\",a\r\nphotos/b/1.png,b\r\n"));
        Assert.That((writer.OtherFiles, writer.FirstOther), Is.EqualTo((1, _folder.File("photos/a/notes.txt"))));
    }

    [Test]
    public void Sets_have_a_column_and_files_elsewhere_have_their_full_path()
    {
        foreach (string file in (ReadOnlySpan<string>)["photos/train/b/1.png", "photos/test/b/2.png", "photos/train/a/3.png"])
            Touch(file);
        new ManifestWriter(_folder.File("lists/manifest.csv")).WriteFolder(_folder.File("photos"));
        string root = _folder.File("photos").Replace('\\', '/');
        Assert.That(File.ReadAllText(_folder.File("lists/manifest.csv")),
            Is.EqualTo($"path,label,part\r\n{root}/test/b/2.png,b,test\r\n{root}/train/a/3.png,a,train\r\n{root}/train/b/1.png,b,train\r\n"));
    }

    [Test]
    public void A_list_longer_than_what_memory_holds_is_sorted_on_the_disk_and_nothing_is_left_behind()
    {
        string manifest = _folder.File("manifest.csv");
        const int Count = 230_000;
        new ManifestWriter(manifest).WriteList(Enumerable.Range(0, Count).Select(i => _folder.File($"x/{i * 7919L % Count}.png")));
        string[] rows = [.. File.ReadLines(manifest).Skip(1)];
        Assert.That(rows, Has.Length.EqualTo(Count));
        Assert.That(rows, Is.EqualTo(rows.Order(StringComparer.Ordinal)));
        Assert.That(Directory.GetFileSystemEntries(_folder.File("")), Is.EqualTo(new[] { manifest }));
        ImageManifest read = ImageManifest.Open(manifest);
        Assert.That((read.Rows, read.Of(new Shard(3, 7)).Count()), Is.EqualTo((Count, (int)new Shard(3, 7).Range(Count).Count)));
        Assert.That(read.Of(new Shard(0, 7)).First(), Is.EqualTo(new ListedImage(rows[0], _folder.File(rows[0]))));
    }

    [Test]
    public void A_double_path_an_address_and_an_empty_folder_are_refused_by_name()
    {
        ManifestWriter writer = new(_folder.File("manifest.csv"));
        Assert.That(() => writer.WriteList(["a.png", "b.png", "./a.png"]), Throws.TypeOf<InvalidContentException>().With.Message.Contains("a.png twice"));
        Assert.That(() => writer.WriteList(["s3://bucket/a.png"]), Throws.TypeOf<InvalidContentException>().With.Message.Contains("Mount the object store"));
        Directory.CreateDirectory(_folder.File("empty"));
        Assert.That(() => writer.WriteFolder(_folder.File("empty")), Throws.TypeOf<InvalidContentException>().With.Message.Contains("found none"));
        Assert.That(File.Exists(_folder.File("manifest.csv")), Is.False);
    }

    [TestCase("", "received an empty file")]
    [TestCase("name,label\na.png,x\n", "received name, label")]
    [TestCase("path\n", "found none")]
    [TestCase("path,label\na.png\n", "row 2: expected 2 fields")]
    [TestCase("path,label\n,x\n", "row 2: expected 2 fields, among them a path")]
    public void A_file_that_is_no_manifest_is_refused(string text, string expected)
    {
        File.WriteAllText(_folder.File("manifest.csv"), text);
        Assert.That(() => ImageManifest.Open(_folder.File("manifest.csv")), Throws.TypeOf<InvalidContentException>().With.Message.Contains(expected));
    }

    private void Touch(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.WriteAllText(_folder.File(name), "");
    }
}
