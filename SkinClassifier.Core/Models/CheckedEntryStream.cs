using System.IO.Hashing;

namespace SkinClassifier.Models;

/// <summary>Reads an entry of a zip archive forward and computes the checksum of what has passed.</summary>
internal sealed class CheckedEntryStream(Stream source) : Stream
{
    private readonly Crc32 _checksum = new();
    private long _passed;

    /// <summary>Checksum of all bytes that were read.</summary>
    public uint Crc => _checksum.GetCurrentHashAsUInt32();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => _passed; set => throw new NotSupportedException(); }

    /// <summary>Reads the rest, but little more than <paramref name="expected"/> bytes in all; returns how many bytes there were.</summary>
    public long ReadToEnd(long expected)
    {
        Span<byte> rest = stackalloc byte[4096];
        while (_passed <= expected && Read(rest) > 0)
        {
        }
        return _passed;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        _checksum.Append(buffer[..read]);
        _passed += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
