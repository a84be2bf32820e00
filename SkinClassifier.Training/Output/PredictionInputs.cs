using SkinClassifier.Data;

namespace SkinClassifier.Training.Output;

/// <summary>
/// What `predict` is asked about, in order: images, folders, and paths from stdin. What cannot be used becomes an error of its own beside the others and never
/// ends the run.
/// </summary>
internal sealed class PredictionInputs(IEnumerable<string> arguments, Func<IEnumerable<string>> standardInput)
{
    private const int Named = 10;
    private readonly Queue<(int Before, string Path, string Reason)> _errors = new();
    private int _given, _done;

    /// <summary>The images, found while they are asked for; errors are kept meanwhile.</summary>
    public IEnumerable<string> Images()
    {
        foreach (string argument in arguments)
            foreach (string path in argument == "-" ? standardInput() : InArgument(argument))
            {
                _given++;
                yield return path;
            }
    }

    /// <summary>
    /// Counts an image of <see cref="Images"/> whose prediction is about to be written and gives the errors that stand before it; at the end all
    /// others.
    /// </summary>
    public IEnumerable<(string Path, string Reason)> ErrorsBefore(bool end = false)
    {
        while (_errors.TryPeek(out (int Before, string Path, string Reason) error) && (end || error.Before <= _done))
        {
            _errors.Dequeue();
            yield return (error.Path, error.Reason);
        }
        _done++;
    }

    private IEnumerable<string> InArgument(string argument)
    {
        if (!Directory.Exists(argument))
            return [argument];
        ImageFolder folder;
        try
        {
            folder = ImageFolder.Open(argument);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Keep(argument, error.Message);
            return [];
        }
        foreach (string warning in folder.Warnings)
            Terminal.Warn($"{argument}: {warning}");
        foreach (SkippedFile skipped in folder.Skipped.Take(Named))
            Terminal.Warn($"{skipped.Path} is skipped: {skipped.Reason}");
        if (folder.Skipped.Count > Named)
            Terminal.Warn($"{argument}: {folder.Skipped.Count - Named} more files are skipped for such reasons");
        if (folder.OtherFiles.Count > 0)
            Terminal.Warn($"{argument}: {folder.OtherFiles.Count} files are no images and are skipped (first: {folder.OtherFiles[0]})");
        if (folder.Images.Count == 0)
            Keep(argument, $"{argument}: expected images in this folder, found none. Name a folder that holds JPEG, PNG, BMP or GIF files.");
        return folder.Images;
    }

    private void Keep(string path, string reason) => _errors.Enqueue((_given, path, reason));
}
