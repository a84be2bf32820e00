using System.Security.Cryptography;
using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Backbones.Weights;

/// <summary>The store finds, downloads, pins and checks, whatever the server does.</summary>
public sealed class WeightStoreTests : FolderTests
{
    private static readonly byte[] _content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 + i / 256))];

    private static readonly string _hash = Convert.ToHexStringLower(SHA256.HashData(_content));

    [Test]
    public async Task Downloads_verifies_and_takes_the_name_at_the_end()
    {
        using LoopbackServer server = new(LoopbackServer.Serve(_content));
        List<DownloadProgress> progress = [];
        WeightStore store = Store(server.Address, _hash, _content.Length);
        string path = await store.PullAsync("net", new Synchronous(progress.Add));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(_content));
        Assert.That(path, Is.EqualTo(_folder.File("cache/net.onnx")));
        Assert.That(Directory.GetFiles(store.CacheFolder, "*.part*"), Is.Empty);
        Assert.That(progress[^1], Is.EqualTo(new DownloadProgress("net", _content.Length, _content.Length)));
        Assert.That(await store.PullAsync("net"), Is.EqualTo(path), "no second download");
        Assert.That(server.Requests, Has.Count.EqualTo(1));
        Assert.That(store.List().Single().Place, Is.EqualTo("cached"));
        Assert.That(store.Require("net"), Is.EqualTo(path));
    }

    [Test]
    public async Task Goes_on_where_the_connection_broke()
    {
        using LoopbackServer server = new(LoopbackServer.Cut(_content, 100_000), LoopbackServer.Cut(_content, 0), LoopbackServer.Serve(_content));
        string path = await Store(server.Address, _hash, null).PullAsync("net");
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(_content));
        Assert.That(server.Requests[1].From, Is.GreaterThan(0));
        Assert.That(server.Requests[1].IfRange, Is.EqualTo("\"v1\""));
    }

    [Test]
    public async Task Another_version_of_the_file_starts_again()
    {
        using LoopbackServer server = new(LoopbackServer.Cut(_content, 100_000), LoopbackServer.Serve(_content, "\"v2\""));
        Assert.That(File.ReadAllBytes(await Store(server.Address, null, null).PullAsync("net")), Is.EqualTo(_content));
    }

    [Test]
    public async Task Stall_is_broken_off_and_resumed()
    {
        using LoopbackServer server = new(LoopbackServer.Cut(_content, 50_000, stall: true), LoopbackServer.Serve(_content));
        Assert.That(File.ReadAllBytes(await Store(server.Address, _hash, null).PullAsync("net")), Is.EqualTo(_content));
        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public void Stall_for_ever_names_the_address()
    {
        using LoopbackServer server = new(LoopbackServer.Cut(_content, 10, stall: true));
        Assert.That(async () => await Store(server.Address, _hash, null, attempts: 2).PullAsync("net"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains(server.Address + "/files/net.onnx")
                .And.Message.Contains("nothing came for").And.Message.Contains("2 tries"));
    }

    [Test]
    public void Wrong_bytes_are_thrown_away()
    {
        byte[] other = (byte[])_content.Clone();
        other[1234] ^= 1;
        using LoopbackServer server = new(LoopbackServer.Serve(other));
        WeightStore store = Store(server.Address, _hash, null);
        Assert.That(async () => await store.PullAsync("net"), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains(_hash));
        Assert.That(store.Locate("net"), Is.Null);
        Assert.That(Directory.GetFiles(store.CacheFolder, "*.part"), Is.Empty);
    }

    [TestCase(200)]
    [TestCase(400_000)]
    public void Wrong_size_is_refused_before_the_download(int bytes)
    {
        using LoopbackServer server = new(LoopbackServer.Serve(new byte[bytes]));
        Assert.That(async () => await Store(server.Address, _hash, _content.Length).PullAsync("net"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("300000").And.Message.Contains($"{bytes}"));
    }

    [Test]
    public void More_bytes_than_known_are_not_taken()
    {
        using LoopbackServer server = new(async (_, stream) =>
        {
            await LoopbackServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            for (int i = 0; i < 100; i++)
                await stream.WriteAsync(_content);
        });
        Assert.That(async () => await Store(server.Address, _hash, _content.Length).PullAsync("net"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("sends more"));
    }

    [Test]
    public async Task Busy_server_is_tried_again()
    {
        using LoopbackServer server =
            new(LoopbackServer.Status("503 Service Unavailable"), LoopbackServer.Status("429 Too Many Requests"), LoopbackServer.Serve(_content));
        Assert.That(File.ReadAllBytes(await Store(server.Address, _hash, null).PullAsync("net")), Is.EqualTo(_content));
    }

    [Test]
    public void Absent_file_is_not_tried_again()
    {
        using LoopbackServer server = new(LoopbackServer.Status("404 Not Found"));
        Assert.That(async () => await Store(server.Address, _hash, null).PullAsync("net"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("404").And.Message.Contains("backbones add net FILE"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Redirects_are_followed()
    {
        using LoopbackServer server = new(LoopbackServer.Status("302 Found\r\nLocation: /elsewhere/net.onnx"), LoopbackServer.Serve(_content));
        Assert.That(File.ReadAllBytes(await Store(server.Address, _hash, null).PullAsync("net")), Is.EqualTo(_content));
        Assert.That(server.Requests[1].Path, Is.EqualTo("/elsewhere/net.onnx"));
    }

    [TestCase("http://example.invalid/net.onnx")]
    [TestCase("ftp://127.0.0.1/net.onnx")]
    public void Redirects_to_plain_HTTP_are_refused(string target)
    {
        using LoopbackServer server = new(LoopbackServer.Status($"302 Found\r\nLocation: {target}"));
        Assert.That(async () => await Store(server.Address, _hash, null).PullAsync("net"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("no https address"));
    }

    [Test]
    public void Endless_redirects_are_refused()
    {
        using LoopbackServer server = new(LoopbackServer.Status("302 Found\r\nLocation: /again"));
        Assert.That(async () => await Store(server.Address, _hash, null).PullAsync("net"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("more than 5 times"));
    }

    [Test]
    public void Plain_HTTP_is_refused_at_once() =>
        Assert.That(async () => await Store("http://example.invalid", _hash, null).PullAsync("net"),
            Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("no https address"));

    [Test]
    public async Task Unknown_hash_is_pinned_at_first_use_and_checked_ever_after()
    {
        using LoopbackServer server = new(LoopbackServer.Serve(_content), LoopbackServer.Serve([1, 2, 3]));
        WeightStore store = Store(server.Address, null, null);
        string path = await store.PullAsync("net");
        Assert.That(store.Verify().Single(), Is.EqualTo(new WeightCheck(path, _hash, null)));
        File.AppendAllText(path, "x");
        Assert.That(store.Verify().Single().Error, Does.Contain(_hash));
        Assert.That(() => store.Require("net"), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains(_hash));
        File.Delete(path);
        Assert.That(async () => await store.PullAsync("net"), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains(_hash));
    }

    [Test]
    public async Task Two_at_once_get_the_same_file_and_one_download()
    {
        using LoopbackServer server = new(async (request, stream) =>
        {
            await Task.Delay(300);
            await LoopbackServer.Serve(_content)(request, stream);
        });
        string[] paths = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Store(server.Address, _hash, null).PullAsync("net"))));
        Assert.That(paths.Distinct().Single(), Is.EqualTo(_folder.File("cache/net.onnx")));
        Assert.That(File.ReadAllBytes(paths[0]), Is.EqualTo(_content));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public void Offline_says_which_file_to_put_where()
    {
        WeightStore store = Store("https://example.invalid", _hash, null, offline: true);
        foreach (Func<object> use in (Func<object>[])[() => store.Require("net"), () => store.PullAsync("net").GetAwaiter().GetResult()])
            Assert.That(() =>
                use(), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("https://example.invalid/files/net.onnx")
                    .And.Message.Contains(_folder.File("absent/net.onnx")).And.Message.Contains("backbones pull net").And.Message.Contains(_hash));
    }

    [Test]
    public async Task Mirror_stands_before_the_path()
    {
        using LoopbackServer server = new(LoopbackServer.Serve(_content));
        WeightStore store = new(Options("https://example.invalid", _hash, null) with { Mirror = new Uri(server.Address + "/mirror/") });
        await store.PullAsync("net");
        Assert.That(server.Requests.Single().Path, Is.EqualTo("/mirror/files/net.onnx"));
    }

    [Test]
    public void Users_folder_comes_before_the_cache()
    {
        Directory.CreateDirectory(_folder.File("own"));
        Directory.CreateDirectory(_folder.File("cache"));
        File.WriteAllBytes(_folder.File("cache/net.onnx"), _content);
        WeightStore store = new(Options("https://example.invalid", _hash, null) with { Folder = _folder.File("own") });
        Assert.That(store.Locate("net"), Is.EqualTo(_folder.File("cache/net.onnx")));
        File.WriteAllText(_folder.File("own/net.safetensors"), "own");
        Assert.That(store.Locate("net"), Is.EqualTo(_folder.File("own/net.safetensors")));
        Assert.That(store.List().Single().Place, Is.EqualTo("folder"));
        Assert.That(store.Locate("../net"), Is.Null);
    }

    [Test]
    public void Added_files_are_checked()
    {
        WeightStore store = Store("https://example.invalid", _hash, null);
        File.WriteAllBytes(_folder.File("mine.onnx"), [1, 2]);
        Assert.That(() => store.Add("net", _folder.File("mine.onnx")), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains(_hash));
        Assert.That(() => store.Add("net", _folder.File("mine.pth")), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains(".onnx file"));
        Assert.That(() => store.Add("other", _folder.File("mine.onnx")), Throws.InstanceOf<WeightsUnavailableException>().With.Message.Contains("It has: net"));
        File.WriteAllBytes(_folder.File("mine.onnx"), _content);
        string added = store.Add("net", _folder.File("mine.onnx"));
        Assert.That(store.Require("net"), Is.EqualTo(added));
    }

    [Test]
    public void Cancelled_download_keeps_its_part()
    {
        using LoopbackServer server = new(LoopbackServer.Cut(_content, 100_000, stall: true));
        using CancellationTokenSource cancel = new();
        WeightStore store = Store(server.Address, _hash, null);
        Assert.That(async () =>
            await store.PullAsync("net", new Synchronous(p => { if (p.ReceivedBytes >= 100_000) cancel.Cancel(); }), cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(new FileInfo(_folder.File("cache/net.onnx.part")).Length, Is.EqualTo(100_000));
    }

    [Test]
    public void Catalog_names_networks_that_exist()
    {
        Assert.That(WeightCatalog.All, Has.Count.GreaterThan(15));
        Assert.That(WeightCatalog.All.Select(e => e.Name), Is.Unique);
        foreach (WeightEntry entry in WeightCatalog.All)
        {
            Assert.That(entry.Address.Scheme, Is.EqualTo(entry.Package is null ? "https" : "nuget"), entry.Name);
            Assert.That(entry.Sha256, Is.Null.Or.Length.EqualTo(64), entry.Name);
            if (entry.Network is not null)
                Assert.That(Architecture.TryParse(entry.Network, out _), entry.Name);
        }
        Assert.That(() => WeightCatalog.Parse("header\nnet\tnet\t../net.onnx\thttps://x.invalid/\t-\t-\tMIT\t224\timagenet"),
            Throws.InstanceOf<InvalidContentException>());
    }

    private WeightStore Store(string address, string? hash, long? bytes, int attempts = 4, bool offline = false) =>
        new(Options(address, hash, bytes) with { Attempts = attempts, Offline = offline });

    private WeightStoreOptions Options(string address, string? hash, long? bytes) => new()
    {
        CacheFolder = _folder.File("cache"),
        Folder = _folder.File("absent"),
        Timeout = TimeSpan.FromSeconds(0.5),
        FirstPause = TimeSpan.FromMilliseconds(5),
        Catalog = [new WeightEntry("net", null, "net.onnx", new Uri($"{address}/files/net.onnx"), hash, bytes, "MIT", 224, "imagenet")],
    };

    private sealed class Synchronous(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
