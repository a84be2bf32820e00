using System.IO.Compression;
using System.Net;
using System.Text.Json;
using SkinClassifier.Server.Api;

namespace SkinClassifier.Tests.Server;

public sealed class BatchEndpointTests
{
    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await RunningServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task A_zip_is_answered_line_by_line_in_its_order()
    {
        (string, byte[])[] files =
            [.. Enumerable.Range(0, 40).Select(i => ($"folder/{i}.png", i % 7 == 3 ? "x"u8.ToArray() : i % 2 == 0 ? RunningServer.Red : RunningServer.Blue))];
        string[] lines = await LinesAsync(await _server.PostAsync("/v1/batch?top=1", Zip(files), "application/zip"));
        Assert.That(lines.Select(Line), Is.EqualTo(Enumerable.Range(0, 40).Select(i => $"folder/{i}.png {(i % 7 == 3 ? "" : i % 2 == 0 ? "red" : "blue")}")));
    }

    [Test]
    public async Task A_form_with_files_is_answered_the_same_way() =>
        Assert.That(
            (await LinesAsync(await _server.PostFormAsync("/v1/batch", ("a.png", RunningServer.Red), ("b", []), ("c.png", RunningServer.Blue)))).Select(Line),
            Is.EqualTo(new[] { "a.png red", "b ", "c.png blue" }));

    [Test]
    public async Task An_entry_that_unpacks_to_far_more_than_an_image_is_refused_unread()
    {
        string[] lines =
            await LinesAsync(await _server.PostAsync("/v1/batch", Zip(("bomb.png", new byte[20 << 20]), ("a.png", RunningServer.Red)), "application/zip"));
        Assert.That(lines.Select(Line), Is.EqualTo(new[] { "bomb.png ", "a.png red" }));
        Assert.That(lines[0], Does.Contain("unpacks to more than 100 times its size"));
    }

    [Test]
    public async Task A_zip_that_declares_fewer_bytes_than_it_holds_is_named_damaged()
    {
        byte[] zip = Zip(("a.png", new byte[5000]));
        // The central directory's and the local header's uncompressed size.
        foreach (int at in new[] { Find(zip, [0x50, 0x4B, 1, 2]) + 24, Find(zip, [0x50, 0x4B, 3, 4]) + 22 })
            BitConverter.TryWriteBytes(zip.AsSpan(at), 10);
        string[] lines = await LinesAsync(await _server.PostAsync("/v1/batch", zip, "application/zip"));
        Assert.That(lines.Single(), Does.Contain("damaged").Or.Contain("expected one of JPEG"));
    }

    [Test]
    public async Task What_is_no_zip_or_has_too_many_files_is_refused()
    {
        await PredictEndpointTests.ExpectAsync(
            await _server.PostAsync("/v1/batch", RunningServer.Red), HttpStatusCode.BadRequest, "The request cannot be read.");
        await PredictEndpointTests.ExpectAsync(await _server.PostAsync("/v1/batch", [.. "PK"u8, 1, 2, 3], "application/zip"), HttpStatusCode.BadRequest, null);
        byte[] many = Zip([.. Enumerable.Range(0, BatchEndpoint.MaxImages + 1).Select(i => ($"{i}", Array.Empty<byte>()))]);
        await PredictEndpointTests.ExpectAsync(await _server.PostAsync("/v1/batch", many, "application/zip"), HttpStatusCode.RequestEntityTooLarge, null);
    }

    private static string Line(string json)
    {
        JsonElement line = JsonDocument.Parse(json).RootElement;
        return $"{line.GetProperty("path")} {line.GetProperty("predicted")}";
    }

    private static async Task<string[]> LinesAsync(HttpResponseMessage answer)
    {
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/jsonl"));
        return (await answer.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
    }

    private static int Find(byte[] content, byte[] signature) => content.AsSpan().IndexOf(signature);

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        return stream.ToArray();
    }
}
