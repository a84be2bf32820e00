using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Tests.Common;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Data;

public sealed class ImageFolderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Prepare()
    {
        _folder = new TemporaryFolder();
        Directory.CreateDirectory(_folder.File("b"));
        Directory.CreateDirectory(_folder.File(".hidden"));
        byte[] png = SmallModels.Plain(200, 10, 10).EncodePng();
        foreach (string image in new[] { "z", "a.dat", "b/one", ".hidden/no", ".no.png" })
            File.WriteAllBytes(_folder.File(image), png);
        File.WriteAllText(_folder.File("notes.txt"), "no image");
        File.WriteAllText(_folder.File("empty"), "");
        File.WriteAllText(_folder.File("list.xml"), "<?xml version=\"1.0\"?>");
        File.WriteAllText(_folder.File("bad.jpg"), "no image");
        File.WriteAllBytes(_folder.File("phone"), [.. "\0\0\0\u0018ftypheic\0\0\0\0"u8]);
    }

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void Images_are_found_by_content_or_ending_in_order_with_the_folder_as_given()
    {
        ImageFolder found = ImageFolder.Open(_folder.FullPath);
        Assert.That(found.Images, Is.EqualTo(new[] { "a.dat", "b/one", "bad.jpg", "phone", "z" }.Select(_folder.File)));
        Assert.That(found.OtherFiles, Is.EqualTo(new[] { "empty", "list.xml", "notes.txt" }.Select(_folder.File)));
        Assert.That(found.Skipped, Is.Empty);
        Assert.That(found.Warnings, Is.Empty);
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder.FullPath);
        Assert.That(ImageFolder.Open(relative).Images, Is.EqualTo(found.Images.Select(i => Path.Combine(relative, Path.GetRelativePath(_folder.FullPath, i)))));
        Assert.That(() => ImageFolder.Open(_folder.File("none")), Throws.TypeOf<DirectoryNotFoundException>());
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Pipes_and_links_in_a_circle_are_named_and_not_followed()
    {
        SpecialFiles.Pipe(_folder.File("pipe"));
        SpecialFiles.Pipe(_folder.File("pipe.png"));
        Directory.CreateSymbolicLink(_folder.File("b/up"), _folder.FullPath);
        File.CreateSymbolicLink(_folder.File("self"), _folder.File("self"));
        File.CreateSymbolicLink(_folder.File("device"), "/dev/zero");
        ImageFolder found = SpecialFiles.Within(() => ImageFolder.Open(_folder.FullPath));
        Assert.That(found.Images, Has.Count.EqualTo(5));
        Assert.That(found.Skipped.Select(s => Path.GetFileName(s.Path)), Is.EqualTo(new[] { "device", "pipe", "pipe.png", "self" }));
        Assert.That(found.Skipped[0].Reason, Is.EqualTo("This is a device; it is not opened."));
        Assert.That(found.Skipped[1].Reason, Is.EqualTo("This is a named pipe; it is not opened."));
        Assert.That(found.Warnings.Single(), Does.StartWith("b/up: the link leads back to a folder above it"));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void A_dataset_names_pipes_and_devices_and_goes_on()
    {
        foreach (string label in new[] { "x", "y" })
        {
            Directory.CreateDirectory(_folder.File($"data/{label}"));
            File.Copy(_folder.File("z"), _folder.File($"data/{label}/good"));
        }
        SpecialFiles.Pipe(_folder.File("data/x/pipe.png"));
        File.CreateSymbolicLink(_folder.File("data/y/device.jpg"), "/dev/zero");
        ImageDataset data = SpecialFiles.Within(() => ImageDataset.FromFolder(_folder.File("data"), new ImageDatasetOptions { CheckDuplicates = false }));
        Assert.That(data.Examples, Has.Count.EqualTo(2));
        Assert.That(data.Skipped.Select(s => (s.Path, s.Reason)),
            Is.EqualTo(new[] { ("x/pipe.png", "This is a named pipe; it is not opened."), ("y/device.jpg", "This is a device; it is not opened.") }));
        SpecialFiles.Pipe(_folder.File("data/metadata.csv"));
        Assert.That(() => SpecialFiles.Within(() => ImageDataset.FromFolder(_folder.File("data"))),
            Throws.TypeOf<UnsupportedContentException>().With.Message.Contains("a named pipe"));
    }
}
