namespace SkinClassifier.MLNet.Training;

/// <summary>Keeps images that have no file of their own in one temporary file, which is deleted when it is closed.</summary>
internal sealed class ImageSpool : IDisposable
{
    private FileStream? _file;

    /// <summary>Adds the bytes of an image file and returns what opens them again, from any thread.</summary>
    public Func<Stream> Add(byte[] content)
    {
        _file ??= new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.RandomAccess,
        });
        long start = _file.Length;
        RandomAccess.Write(_file.SafeFileHandle, content, start);
        int length = content.Length;
        return () => new MemoryStream(Read(start, length), writable: false);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private byte[] Read(long start, int length)
    {
        byte[] content = new byte[length];
        for (int done = 0, count; done < length; done += count)
        {
            count = RandomAccess.Read(_file!.SafeFileHandle, content.AsSpan(done), start + done);
            if (count == 0)
                throw new EndOfStreamException("The temporary file of the images ends too early. Make room on the disk and fit again.");
        }
        return content;
    }
}
