using System.Runtime.InteropServices;

namespace SkinClassifier.Execution.Layout;

/// <summary>
/// Asks Linux for large pages behind memory that is read and written from one end to the other: translating addresses of small pages costs a training step
/// some percent. Where the system does not know the request, or declines it, nothing changes.
/// </summary>
internal static unsafe partial class LargePages
{
    /// <summary>Bytes of a large page.</summary>
    public const nuint Size = 2 << 20;

    /// <summary>Bytes from which on memory is worth it.</summary>
    public const nuint Worthwhile = 4 * Size;

    /// <summary>MADV_HUGEPAGE of madvise(2).</summary>
    private const int Huge = 14;

    private static volatile bool s_isMissing = !OperatingSystem.IsLinux();

    /// <summary>Asks for large pages behind fresh memory that begins on a border of one.</summary>
    public static void Ask(void* memory, nuint bytes)
    {
        if (s_isMissing)
            return;
        try
        {
            // What it returns does not matter: small pages hold the same numbers.
            _ = Advise(memory, bytes, Huge);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            s_isMissing = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}
