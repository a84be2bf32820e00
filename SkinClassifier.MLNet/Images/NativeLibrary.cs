using SkinClassifier.Common;

namespace SkinClassifier.MLNet.Images;

/// <summary>Says what to do when the native library of ML.NET's images cannot be loaded.</summary>
internal static class NativeLibrary
{
    /// <summary>Does work that needs the library.</summary>
    /// <exception cref="UnsupportedContentException">The library is missing or of another version.</exception>
    public static void Run(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error) when (IsMissing(error))
        {
            throw new UnsupportedContentException("MLImage: expected the native library of SkiaSharp 2.88, received "
                + $"\"{error.GetBaseException().Message}\". Add the package SkiaSharp.NativeAssets.Linux.NoDependencies 2.88.9 (on Linux) and keep "
                + "SkiaSharp at 2.88, or give the images as paths or bytes, which need no native library.", error);
        }
    }

    private static bool IsMissing(Exception error) => error is DllNotFoundException or BadImageFormatException or MissingMethodException
        or EntryPointNotFoundException || error is TypeInitializationException { InnerException: { } inner } && IsMissing(inner);
}
