using System.Runtime.InteropServices;

namespace SkinClassifier.Benchmarks.Decoding;

/// <summary>libjpeg-turbo through its C interface (TurboJPEG 2), when the machine has it: the peer of the JPEG decoder.</summary>
internal sealed unsafe class TurboJpeg
{
    private const int Rgb = 0, Sampling420 = 2, AccurateDct = 4096, Progressive = 16384;

    private readonly delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int> _decompress;
    private readonly delegate* unmanaged<nint, byte*, int, int, int, int, byte**, CULong*, int, int, int, int> _compress;
    private readonly nint _decoder, _encoder, _library;

    private TurboJpeg(nint library)
    {
        _library = library;
        _decoder = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "tjInitDecompress"))();
        _encoder = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "tjInitCompress"))();
        _decompress = (delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int>)NativeLibrary.GetExport(library, "tjDecompress2");
        _compress = (delegate* unmanaged<nint, byte*, int, int, int, int, byte**, CULong*, int, int, int, int>)NativeLibrary.GetExport(library, "tjCompress2");
    }

    /// <summary>The library, or null when it is not installed.</summary>
    public static TurboJpeg? TryLoad()
    {
        foreach (string name in (string[])["libturbojpeg.so.0", "libturbojpeg.so", "turbojpeg"])
            if (NativeLibrary.TryLoad(name, out nint library))
                return new TurboJpeg(library);
        return null;
    }

    /// <summary>Decodes to R, G, B with the accurate DCT and fancy upsampling, its defaults otherwise.</summary>
    public void Decode(byte[] content, byte[] pixels, int width, int height)
    {
        fixed (byte* data = content, target = pixels)
            if (_decompress(_decoder, data, new CULong((uint)content.Length), target, width, 3 * width, height, Rgb, AccurateDct) != 0)
                throw new InvalidOperationException("TurboJPEG: expected an image, received an error. Leave this file out.");
    }

    /// <summary>Encodes with 4:2:0.</summary>
    public byte[] Encode(byte[] pixels, int width, int height, int quality, bool progressive)
    {
        byte* result = null;
        CULong length = default;
        fixed (byte* source = pixels)
            if (_compress(_encoder, source, width, 3 * width, height, Rgb, &result, &length, Sampling420, quality, progressive ? Progressive : 0) != 0)
                throw new InvalidOperationException("TurboJPEG: expected a file, received an error. Run the benchmark with files of your own.");
        byte[] content = new ReadOnlySpan<byte>(result, (int)length.Value).ToArray();
        ((delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(_library, "tjFree"))(result);
        return content;
    }
}
