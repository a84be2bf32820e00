using System.Runtime.InteropServices;

namespace SkinClassifier.Tests.Imaging.Transforms;

/// <summary>Bytes that end exactly where a page without access begins: reading or writing one byte too far ends the process. Linux only.</summary>
internal sealed unsafe partial class FencedBytes : IDisposable
{
    private const int None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;
    private readonly nint _start;
    private readonly nuint _total;
    private readonly int _length, _offset;

    public FencedBytes(ReadOnlySpan<byte> content)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("Fenced memory is made with Linux calls.");
        int page = Environment.SystemPageSize, room = (content.Length + page - 1) / page * page;
        _total = (nuint)(room + page);
        _start = Map(0, _total, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.That(_start, Is.Not.EqualTo((nint)(-1)));
        Assert.That(Protect(_start + room, (nuint)page, None), Is.Zero);
        (_length, _offset) = (content.Length, room - content.Length);
        content.CopyTo(Span);
    }

    public Span<byte> Span => new((void*)(_start + _offset), _length);

    public void Dispose() => Unmap(_start, _total);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
