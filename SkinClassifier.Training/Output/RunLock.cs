namespace SkinClassifier.Training.Output;

/// <summary>
/// Keeps an output folder for one run: a file that the operating system locks, so that the lock ends with the process, however that ends.
/// The file is deleted at the end; one that a killed process left behind locks nothing.
/// </summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>Name of the file in the folder.</summary>
    public const string FileName = ".run.lock";

    private const int Attempts = 20;
    private readonly FileStream _stream;
    private readonly string _folder;
    private readonly bool _created;

    private RunLock(FileStream stream, string folder, bool created) => (_stream, _folder, _created) = (stream, folder, created);

    /// <summary>Takes a folder, which is created when it is absent.</summary>
    /// <exception cref="InputException">Another run has it.</exception>
    public static RunLock Take(string folder)
    {
        string full = Path.GetFullPath(folder), path = Path.Combine(full, FileName);
        if (File.Exists(full))
            throw new InputException($"{folder}: expected a folder for the results, received a file. Name another folder with -o.");
        bool created = !Directory.Exists(full);
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(full);
                FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                    OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
                // The run before may have deleted the file between the opening and the locking of it.
                if (File.Exists(path) || attempt == Attempts)
                    return new RunLock(stream, full, created);
                stream.Dispose();
            }
            catch (IOException error) when (IsTaken(error))
            {
                throw new InputException($"{folder}: expected a folder that no other run uses, but another run is writing into it now. Wait until "
                    + $"that run has ended, or name another folder with -o.");
            }
        }
    }

    /// <summary>Gives the folder back; one that was created for the lock and holds nothing else goes, too.</summary>
    public void Dispose()
    {
        // While the lock is still held: whoever opens the file now sees afterwards that it is gone.
        if (!OperatingSystem.IsWindows())
            Try(() => File.Delete(Path.Combine(_folder, FileName)));
        _stream.Dispose();
        if (_created)
            Try(() =>
            {
                if (Directory.Exists(_folder) && !Directory.EnumerateFileSystemEntries(_folder).Any())
                    Directory.Delete(_folder);
            });
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A lock file or an empty folder that stays does no harm: the next run takes it.
            return;
        }
    }

    // EAGAIN on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsTaken(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
