namespace SkinClassifier.Tests.Prediction;

/// <summary>Bytes that arrive only after a gate is opened; some may come before it. Counts what was read.</summary>
internal sealed class GatedStream(ReadOnlyMemory<byte> content, int before = 0) : Stream
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _position;

    /// <summary>Set when a reader waits at the gate.</summary>
    public ManualResetEventSlim Entered { get; } = new();

    public int BytesRead => Volatile.Read(ref _position);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Open() => _open.TrySetResult();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= before)
        {
            Entered.Set();
            await _open.Task.WaitAsync(cancellationToken);
        }
        int end = _position < before ? before : content.Length, count = Math.Min(buffer.Length, end - _position);
        content.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
