using System.Buffers;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Hosting;

/// <summary>
/// An image file that is read from a stream and looked at on the way: its size while it grows, its format and its declared pixels after the first 64 KiB,
/// so that what will be refused is not kept. Its memory is counted and goes back to a pool.
/// </summary>
internal sealed class EncodedImage : IDisposable
{
    private const int HeadBytes = 64 << 10;
    private readonly PredictionLimits _limits;
    private readonly ByteBudget _budget;
    private byte[] _buffer = [];
    private int _length;
    private long _counted;

    private EncodedImage(PredictionLimits limits, ByteBudget budget) => (_limits, _budget) = (limits, budget);

    /// <summary>The bytes; valid until disposed.</summary>
    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _length);

    /// <summary>Width · height as the file declares them.</summary>
    public long Pixels { get; private set; }

    /// <summary>Reads the rest of a stream.</summary>
    /// <exception cref="SkinClassifierException">It is no image, or a damaged one.</exception>
    /// <exception cref="PredictionRejectedException">It is beyond a limit.</exception>
    public static async Task<EncodedImage> ReadAsync(Stream stream, PredictionLimits limits, ByteBudget budget, CancellationToken cancellationToken)
    {
        string name = (stream as FileStream)?.Name ?? "image";
        if (stream.CanSeek)
            CheckLength(stream.Length - stream.Position, limits, name);
        EncodedImage image = new(limits, budget);
        try
        {
            await image.FillAsync(stream, name, cancellationToken).ConfigureAwait(false);
            image.Pixels = CheckContent(image.Content.Span, limits, name);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a file of too many bytes.</summary>
    public static void CheckLength(long bytes, PredictionLimits limits, string name)
    {
        if (bytes > limits.MaxBytes)
            throw new PredictionRejectedException(PredictionRejection.TooManyBytes,
                $"{name}: expected at most {limits.MaxBytes} bytes, received {bytes}. Send a smaller file.");
    }

    /// <summary>Refuses what is no image or declares too many pixels; gives their number.</summary>
    public static long CheckContent(ReadOnlySpan<byte> content, PredictionLimits limits, string name)
        => CheckPixels(RgbImage.Identify(content, name: name), limits, name);

    /// <summary>Refuses an image of too many pixels; gives their number.</summary>
    public static long CheckPixels(ImageInfo info, PredictionLimits limits, string name)
    {
        long pixels = (long)info.Width * info.Height;
        return pixels <= limits.MaxPixels ? pixels : throw new PredictionRejectedException(PredictionRejection.TooManyPixels,
            $"{name}: expected at most {limits.MaxPixels} pixels, received {info.Width}×{info.Height} = {pixels}. Send a smaller image.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _budget.GiveBack(_counted);
        (_buffer, _length, _counted) = ([], 0, 0);
    }

    private async Task FillAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        bool seen = false;
        while (true)
        {
            int room = (int)Math.Min(_buffer.Length, _limits.MaxBytes) - _length;
            if (room == 0 && _length < _limits.MaxBytes)
            {
                Grow(name);
                continue;
            }
            // Where the limit is reached, one byte more tells that the file is larger.
            int read = await stream.ReadAsync(room > 0 ? _buffer.AsMemory(_length, room) : new byte[1], cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return;
            if (room == 0)
                throw new PredictionRejectedException(PredictionRejection.TooManyBytes,
                    $"{name}: expected at most {_limits.MaxBytes} bytes, received more. Send a smaller file.");
            _length += read;
            if (seen || _length < HeadBytes)
                continue;
            seen = true;
            CheckHead(name);
        }
    }

    /// <summary>What the head already tells; where it is cut in the middle of the answer, the whole file will tell.</summary>
    private void CheckHead(string name)
    {
        try
        {
            CheckContent(_buffer.AsSpan(0, _length), _limits, name);
        }
        catch (InvalidContentException)
        {
            // The size stands further back, or the file is damaged: the whole file decides.
        }
    }

    private void Grow(string name)
    {
        long wanted = Math.Min(Math.Max(HeadBytes, 2L * _length), _limits.MaxBytes);
        if (!_budget.TryTake(wanted - _counted))
            throw new PredictionRejectedException(PredictionRejection.BuffersFull,
                $"{name}: expected room for its bytes among the {_limits.MaxBufferedBytes} that callers may keep waiting, found none. Try again later.",
                _limits.RetryAfter);
        _counted = wanted;
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)wanted);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
