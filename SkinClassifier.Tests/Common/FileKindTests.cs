using System.Net.Sockets;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Common;

[Platform(Exclude = "Win", Reason = "Windows has no pipes, sockets and devices in folders.")]
public sealed class FileKindTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Prepare() => _folder = new TemporaryFolder();

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void Files_are_files_and_everything_else_has_a_name()
    {
        string full = _folder.File("full"), empty = _folder.File("empty"), pipe = SpecialFiles.Pipe(_folder.File("pipe")), socketPath = _folder.File("s");
        File.WriteAllText(full, "x");
        File.WriteAllText(empty, "");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(socketPath));
        File.CreateSymbolicLink(_folder.File("to-full"), full);
        File.CreateSymbolicLink(_folder.File("to-pipe"), pipe);
        File.CreateSymbolicLink(_folder.File("to-nothing"), _folder.File("none"));
        Assert.Multiple(() =>
        {
            foreach (string file in new[] { full, empty, _folder.File("to-full"), _folder.File("none") })
                Assert.That(FileKind.OtherThanFile(file), Is.Null, file);
            Assert.That(FileKind.OtherThanFile(pipe), Is.EqualTo("a named pipe"));
            Assert.That(FileKind.OtherThanFile(_folder.File("to-pipe")), Is.EqualTo("a named pipe"));
            Assert.That(FileKind.OtherThanFile(socketPath), Does.Contain("socket"));
            Assert.That(FileKind.OtherThanFile("/dev/zero"), Is.EqualTo("a device"));
            Assert.That(FileKind.OtherThanFile(_folder.FullPath), Is.EqualTo("a folder"));
            Assert.That(FileKind.OtherThanFile(_folder.File("to-nothing")), Does.Contain("which is not a file"));
        });
    }

    [Test]
    public void A_link_that_leads_to_itself_is_refused()
    {
        File.CreateSymbolicLink(_folder.File("a"), _folder.File("b"));
        File.CreateSymbolicLink(_folder.File("b"), _folder.File("a"));
        Assert.That(() => RgbImage.Load(_folder.File("a")), Throws.InstanceOf<IOException>().Or.InstanceOf<SkinClassifierException>());
    }

    [Test]
    public void Images_are_never_read_from_a_pipe_or_a_device()
    {
        string pipe = SpecialFiles.Pipe(_folder.File("a.png"));
        Assert.That(() => SpecialFiles.Within(() => RgbImage.Load(pipe)),
            Throws.TypeOf<UnsupportedContentException>().With.Message.StartsWith($"{pipe}: expected a file, received a named pipe."));
        Assert.That(() => SpecialFiles.Within(() => RgbImage.Identify(pipe)), Throws.TypeOf<UnsupportedContentException>());
        Assert.That(
            () => SpecialFiles.Within(() => RgbImage.Load("/dev/zero")), Throws.TypeOf<UnsupportedContentException>().With.Message.Contains("a device"));
    }
}
