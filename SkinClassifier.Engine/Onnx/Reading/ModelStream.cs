using Google.Protobuf;
using SkinClassifier.Onnx.Schema;

namespace SkinClassifier.Onnx.Reading;

/// <summary>
/// Reads an ONNX file from front to back with every large weight going straight to its final place: the file is never in memory as a whole.
/// What is left of the message when raw_data of the graph's initializers is taken out is small and goes to the protobuf parser.
/// Source of the encoding: https://protobuf.dev/programming-guides/encoding
/// </summary>
internal sealed class ModelStream
{
    private const int Graph = 7, Initializer = 5, RawData = 9, SmallestWeight = 1024, BufferSize = 1 << 16;
    private const int Varint = 0, Fixed64 = 1, Length = 2, Fixed32 = 5;

    private static readonly MessageParser<ModelProto> _parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly List<(int Initializer, FloatBytes Data)> _weights = [];
    private int _at, _end, _initializers;
    private long _position;

    private ModelStream(Stream stream) => _stream = stream;

    /// <summary>Reads the messages of <paramref name="length"/> bytes.</summary>
    /// <param name="stream">The file; read only forward.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="check">Sees up to 64 bytes of the start first.</param>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no such message.</exception>
    /// <exception cref="InvalidDataException">A length in the message points beyond its end.</exception>
    /// <exception cref="EndOfStreamException">The stream ends early.</exception>
    public static ModelProto Parse(Stream stream, long length, Action<ReadOnlySpan<byte>> check)
    {
        ModelStream reader = new(stream);
        reader.Fill((int)Math.Min(64, length));
        check(reader._buffer.AsSpan(0, Math.Min(reader._end, 64)));
        using MemoryStream rest = new();
        reader.Copy(length, rest, depth: 0);
        ModelProto model = _parser.ParseFrom(rest.GetBuffer(), 0, (int)rest.Length);
        foreach ((int initializer, FloatBytes data) in reader._weights)
            model.Graph.Initializer[initializer].RawData = UnsafeByteOperations.UnsafeWrap(data.Memory);
        return model;
    }

    /// <summary>Copies the fields of a message; depth 0 is the model, 1 its graph, 2 a weight of that.</summary>
    private void Copy(long length, MemoryStream to, int depth)
    {
        long end = _position + length;
        while (_position < end)
        {
            ulong tag = ReadVarint(end);
            if (tag is < 8 or > uint.MaxValue)
                throw new InvalidDataException($"{tag} is no field of a message.");
            WriteVarint(to, tag);
            switch ((int)(tag & 7))
            {
                case Varint:
                    WriteVarint(to, ReadVarint(end));
                    break;
                case Fixed64:
                    CopyBytes(8, to, end);
                    break;
                case Fixed32:
                    CopyBytes(4, to, end);
                    break;
                case Length:
                    ulong bytes = ReadVarint(end);
                    if (bytes > (ulong)(end - _position))
                        throw new InvalidDataException($"a field of {bytes} bytes where {end - _position} are left.");
                    Field(tag >> 3, (long)bytes, to, depth);
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7} is not used by ONNX.");
            }
        }
    }

    private void Field(ulong field, long bytes, MemoryStream to, int depth)
    {
        if ((depth, field) is (0, Graph) or (1, Initializer))
        {
            using MemoryStream inner = new();
            Copy(bytes, inner, depth + 1);
            WriteVarint(to, (ulong)inner.Length);
            to.Write(inner.GetBuffer(), 0, (int)inner.Length);
            if (depth == 1)
                _initializers++;
        }
        else if ((depth, field) is (2, RawData) && bytes is >= SmallestWeight and <= int.MaxValue - 64)
        {
            WriteVarint(to, 0);
            FloatBytes weight = new((int)bytes);
            Read(weight.GetSpan());
            _weights.Add((_initializers, weight));
        }
        else
        {
            WriteVarint(to, (ulong)bytes);
            CopyBytes(bytes, to, _position + bytes);
        }
    }

    private void CopyBytes(long bytes, MemoryStream to, long end)
    {
        if (bytes > end - _position)
            throw new InvalidDataException($"a number of {bytes} bytes where {end - _position} are left.");
        while (bytes > 0)
        {
            Fill(1);
            int count = (int)Math.Min(bytes, _end - _at);
            to.Write(_buffer, _at, count);
            Take(count);
            bytes -= count;
        }
    }

    /// <summary>What is buffered first, then straight from the stream.</summary>
    private void Read(Span<byte> to)
    {
        int buffered = Math.Min(to.Length, _end - _at);
        _buffer.AsSpan(_at, buffered).CopyTo(to);
        Take(buffered);
        _stream.ReadExactly(to[buffered..]);
        _position += to.Length - buffered;
    }

    private void Take(int bytes)
    {
        _at += bytes;
        _position += bytes;
    }

    /// <summary>Has at least so many bytes in the buffer.</summary>
    private void Fill(int least)
    {
        if (_end - _at >= least)
            return;
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        (_at, _end) = (0, _end - _at);
        _end += _stream.ReadAtLeast(_buffer.AsSpan(_end), least - _end);
    }

    private ulong ReadVarint(long end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_position >= end)
                throw new InvalidDataException("a number goes on beyond the end of its message.");
            Fill(1);
            byte next = _buffer[_at];
            Take(1);
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
        throw new InvalidDataException("a number has more than ten bytes.");
    }

    private static void WriteVarint(MemoryStream to, ulong value)
    {
        for (; value > 127; value >>= 7)
            to.WriteByte((byte)(value | 128));
        to.WriteByte((byte)value);
    }
}
