using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace SkinClassifier.Tests.Server;

/// <summary>
/// A client of the Open Inference Protocol v2 over a bare socket, written from the protocol's text alone: HTTP/1.1 by hand, tensors as JSON or as bytes after
/// it, values row by row, little-endian, each element of BYTES after its length in 4 bytes.
/// </summary>
internal sealed class SocketInferenceClient : IDisposable
{
    private readonly TcpClient _socket = new();
    private readonly Uri _address;

    public SocketInferenceClient(Uri address)
    {
        _address = address;
        _socket.Connect(address.Host, address.Port);
    }

    /// <summary>Status and JSON of a GET.</summary>
    public (int Status, JsonElement Json) Get(string path)
    {
        (int status, _, byte[] body) = Send("GET", path, [], []);
        return (status, JsonDocument.Parse(body).RootElement);
    }

    /// <summary>Sends a request whose tensor is JSON; the outputs come as JSON.</summary>
    public JsonElement InferJson(string model, string datatype, string shape, string data)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"inputs":[{"name":"image","datatype":"{{datatype}}","shape":{{shape}},"data":{{data}}}]}""");
        (int status, _, byte[] answer) = Send("POST", $"/v2/models/{model}/infer", ["Content-Type: application/json"], body);
        Assert.That(status, Is.EqualTo(200), Encoding.UTF8.GetString(answer));
        return JsonDocument.Parse(answer).RootElement;
    }

    /// <summary>Sends a request whose tensor follows the JSON; the outputs come the same way.</summary>
    public (float[] Scores, string[] Labels) InferBinary(string model, string datatype, string shape, byte[] tensor)
    {
        byte[] header = Encoding.UTF8.GetBytes($$$"""
            {"inputs":[{"name":"image","datatype":"{{{datatype}}}","shape":{{{shape}}},"parameters":{"binary_data_size":{{{tensor.Length}}}}}],
            "outputs":[{"name":"Score","parameters":{"binary_data":true}},{"name":"PredictedLabel","parameters":{"binary_data":true}}]}
            """);
        (int status, Dictionary<string, string> headers, byte[] body) = Send("POST", $"/v2/models/{model}/infer",
            ["Content-Type: application/octet-stream", $"Inference-Header-Content-Length: {header.Length}"], [.. header, .. tensor]);
        Assert.That(status, Is.EqualTo(200), Encoding.UTF8.GetString(body));
        int at = int.Parse(headers["inference-header-content-length"]);
        List<byte[]> tensors = [];
        foreach (JsonElement output in JsonDocument.Parse(body.AsMemory(0, at)).RootElement.GetProperty("outputs").EnumerateArray())
        {
            Assert.That(output.TryGetProperty("data", out _), Is.False, "bytes and JSON for one tensor");
            int size = output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32();
            tensors.Add(body[at..(at += size)]);
        }
        Assert.That(at, Is.EqualTo(body.Length));
        return ([.. tensors[0].Chunk(4).Select(b => BinaryPrimitives.ReadSingleLittleEndian(b))], [.. Texts(tensors[1])]);
    }

    /// <summary>Elements of a BYTES tensor.</summary>
    public static byte[] Elements(params byte[][] elements) =>
        [.. elements.SelectMany(e => BitConverter.GetBytes(e.Length).Concat(e))];

    public void Dispose() => _socket.Dispose();

    private static IEnumerable<string> Texts(byte[] tensor)
    {
        for (int at = 0; at < tensor.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(tensor.AsSpan(at));
            yield return Encoding.UTF8.GetString(tensor, at + 4, length);
            at += 4 + length;
        }
    }

    private (int Status, Dictionary<string, string> Headers, byte[] Body) Send(string method, string path, string[] headers, byte[] body)
    {
        NetworkStream stream = _socket.GetStream();
        string head = string.Join("\r\n", [$"{method} {path} HTTP/1.1", $"Host: {_address.Authority}", .. headers, $"Content-Length: {body.Length}", "", ""]);
        stream.Write([.. Encoding.ASCII.GetBytes(head), .. body]);
        string[] lines = Encoding.ASCII.GetString(ReadUntil(stream, "\r\n\r\n"u8.ToArray())).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> received = lines.Skip(1).Select(l => l.Split(':', 2)).GroupBy(p => p[0].ToLowerInvariant())
            .ToDictionary(g => g.Key, g => g.First()[1].Trim());
        return (int.Parse(lines[0].Split(' ')[1]), received, received.TryGetValue("content-length", out string? length)
            ? Read(stream, int.Parse(length)) : ReadChunks(stream));
    }

    private static byte[] ReadChunks(NetworkStream stream)
    {
        List<byte> body = [];
        while (true)
        {
            int size = Convert.ToInt32(Encoding.ASCII.GetString(ReadUntil(stream, "\r\n"u8.ToArray())).Trim(), 16);
            body.AddRange(Read(stream, size));
            Read(stream, 2);
            if (size == 0)
                return [.. body];
        }
    }

    private static byte[] ReadUntil(NetworkStream stream, byte[] end)
    {
        List<byte> read = [];
        while (!(read.Count >= end.Length && read.TakeLast(end.Length).SequenceEqual(end)))
            read.AddRange(Read(stream, 1));
        return [.. read];
    }

    private static byte[] Read(NetworkStream stream, int count)
    {
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
