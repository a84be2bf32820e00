using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SkinClassifier.Tests.Backbones.Weights;

/// <summary>An HTTP server on this machine that answers as badly as a test wants. Each request gets the next answer; the last one stays.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, NetworkStream, Task>[] _answers;
    private int _served;

    public LoopbackServer(params Func<Request, NetworkStream, Task>[] answers)
    {
        _answers = answers;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>Requests so far: path and first byte asked for.</summary>
    public List<Request> Requests { get; } = [];

    /// <summary>The content, or the asked part of it, with a strong tag.</summary>
    public static Func<Request, NetworkStream, Task> Serve(byte[] content, string tag = "\"v1\"") => async (request, stream) =>
    {
        bool part = request.From > 0 && (request.IfRange is null || request.IfRange == tag);
        ReadOnlyMemory<byte> body = content.AsMemory(part ? (int)request.From : 0);
        string status = part ? $"206 Partial Content\r\nContent-Range: bytes {request.From}-{content.Length - 1}/{content.Length}" : "200 OK";
        await WriteAsync(stream, $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nETag: {tag}\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync(body);
    };

    /// <summary>Says the whole length but sends only so many bytes, then breaks off or stays silent.</summary>
    public static Func<Request, NetworkStream, Task> Cut(byte[] content, int bytes, bool stall = false) => async (_, stream) =>
    {
        await WriteAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync(content.AsMemory(0, bytes));
        await stream.FlushAsync();
        if (stall)
            await Task.Delay(3000);
    };

    /// <summary>Status line, further headers, no content.</summary>
    public static Func<Request, NetworkStream, Task> Status(string status) => (_, stream) =>
        WriteAsync(stream, $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    public static Task WriteAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // the test is over
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
            try
            {
                NetworkStream stream = client.GetStream();
                using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
                string path = (await reader.ReadLineAsync())!.Split(' ')[1], line;
                long from = 0;
                string? ifRange = null;
                while ((line = (await reader.ReadLineAsync())!).Length > 0)
                    if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                        from = long.Parse(line[13..].TrimEnd('-'));
                    else if (line.StartsWith("If-Range: ", StringComparison.OrdinalIgnoreCase))
                        ifRange = line[10..];
                Request request = new(path, from, ifRange);
                int index;
                lock (Requests)
                {
                    Requests.Add(request);
                    index = Math.Min(_served++, _answers.Length - 1);
                }
                await _answers[index](request, stream);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // the other side went away
            }
    }

    /// <summary>What was asked for.</summary>
    internal sealed record Request(string Path, long From, string? IfRange);
}
