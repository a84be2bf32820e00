namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Upsampling of one row of samples by two with a triangle filter: weights 3/4 and 1/4 of the nearer and the farther sample in each direction,
/// rounded up and down in turn. The same sums as "fancy upsampling" of the Independent JPEG Group's library.
/// </summary>
internal static unsafe class ChromaUpsampling
{
    /// <summary>Twice as wide: <paramref name="width"/> ≥ 2 samples become 2 · width.</summary>
    public static void Horizontal(byte* row, byte* target, int width)
    {
        target[0] = row[0];
        target[1] = (byte)((row[0] * 3 + row[1] + 2) >> 2);
        for (int x = 1; x < width - 1; x++)
        {
            int near = row[x] * 3;
            target[2 * x] = (byte)((near + row[x - 1] + 1) >> 2);
            target[2 * x + 1] = (byte)((near + row[x + 1] + 2) >> 2);
        }
        target[2 * width - 2] = (byte)((row[width - 1] * 3 + row[width - 2] + 1) >> 2);
        target[2 * width - 1] = row[width - 1];
    }

    /// <summary>Twice as high: one row from the nearer row <paramref name="near"/> and the farther one. <paramref name="rounding"/>: 1 for even rows, 2 for odd rows.</summary>
    public static void Vertical(byte* near, byte* far, byte* target, int width, int rounding)
    {
        for (int x = 0; x < width; x++)
            target[x] = (byte)((near[x] * 3 + far[x] + rounding) >> 2);
    }

    /// <summary>Twice as wide and high.</summary>
    public static void Both(byte* near, byte* far, byte* target, int width)
    {
        int current = near[0] * 3 + far[0], next = near[1] * 3 + far[1], previous;
        target[0] = (byte)((current * 4 + 8) >> 4);
        target[1] = (byte)((current * 3 + next + 7) >> 4);
        for (int x = 1; x < width - 1; x++)
        {
            previous = current;
            current = next;
            next = near[x + 1] * 3 + far[x + 1];
            target[2 * x] = (byte)((current * 3 + previous + 8) >> 4);
            target[2 * x + 1] = (byte)((current * 3 + next + 7) >> 4);
        }
        target[2 * width - 2] = (byte)((next * 3 + current + 8) >> 4);
        target[2 * width - 1] = (byte)((next * 4 + 7) >> 4);
    }

    /// <summary>Repeats samples: pixel x takes sample ⌊x · inWide / outWide⌋.</summary>
    public static void Replicate(byte* row, byte* target, int width, int inWide, int outWide)
    {
        if (inWide == outWide)
        {
            new ReadOnlySpan<byte>(row, width).CopyTo(new Span<byte>(target, width));
            return;
        }
        int sample = 0, rest = 0;
        for (int x = 0; x < width; x++)
        {
            target[x] = row[sample];
            rest += inWide;
            if (rest >= outWide)
            {
                rest -= outWide;
                sample++;
            }
        }
    }
}
