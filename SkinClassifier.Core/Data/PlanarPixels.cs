using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SkinClassifier.Data;

/// <summary>Interleaved R, G, B bytes to planes of floats.</summary>
internal static class PlanarPixels
{
    /// <summary>
    /// Writes the red, green and blue plane of <paramref name="pixels"/> (3·n bytes) into <paramref name="destination"/> (3·n floats), values 0 to
    /// 255.
    /// </summary>
    public static void Write(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        int plane = destination.Length / 3, done = 0;
        Span<float> red = destination[..plane], green = destination.Slice(plane, plane), blue = destination.Slice(2 * plane, plane);
        if (Vector128.IsHardwareAccelerated)
            for (; done + Vector128<byte>.Count <= plane; done += Vector128<byte>.Count)
            {
                // 16 pixels = 48 bytes = three vectors. Of the bytes of a color, 6, 5 and 5 (in some order) lie in each; an index of 255 leaves 0.
                ReadOnlySpan<byte> group = pixels.Slice(3 * done, 48);
                Vector128<byte> first = Vector128.Create(group), second = Vector128.Create(group[16..]), third = Vector128.Create(group[32..]);
                Store(
                    Vector128.Shuffle(first, Vector128.Create((byte)0, 3, 6, 9, 12, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
                    | Vector128.Shuffle(second, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 2, 5, 8, 11, 14, 255, 255, 255, 255, 255))
                    | Vector128.Shuffle(third, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 4, 7, 10, 13)), red[done..]);
                Store(
                    Vector128.Shuffle(first, Vector128.Create((byte)1, 4, 7, 10, 13, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
                    | Vector128.Shuffle(second, Vector128.Create((byte)255, 255, 255, 255, 255, 0, 3, 6, 9, 12, 15, 255, 255, 255, 255, 255))
                    | Vector128.Shuffle(third, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2, 5, 8, 11, 14)), green[done..]);
                Store(
                    Vector128.Shuffle(first, Vector128.Create((byte)2, 5, 8, 11, 14, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
                    | Vector128.Shuffle(second, Vector128.Create((byte)255, 255, 255, 255, 255, 1, 4, 7, 10, 13, 255, 255, 255, 255, 255, 255))
                    | Vector128.Shuffle(third, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 3, 6, 9, 12, 15)), blue[done..]);
            }
        for (int p = 3 * done; done < plane; done++, p += 3)
        {
            red[done] = pixels[p];
            green[done] = pixels[p + 1];
            blue[done] = pixels[p + 2];
        }
    }

    private static void Store(Vector128<byte> values, Span<float> destination)
    {
        Span<Vector128<float>> target = MemoryMarshal.Cast<float, Vector128<float>>(destination[..16]);
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(values);
        (Vector128<uint> a, Vector128<uint> b) = Vector128.Widen(low);
        (Vector128<uint> c, Vector128<uint> d) = Vector128.Widen(high);
        target[0] = Vector128.ConvertToSingle(a.AsInt32());
        target[1] = Vector128.ConvertToSingle(b.AsInt32());
        target[2] = Vector128.ConvertToSingle(c.AsInt32());
        target[3] = Vector128.ConvertToSingle(d.AsInt32());
    }
}
