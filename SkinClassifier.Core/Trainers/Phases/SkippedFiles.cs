using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Phases;

/// <summary>Images of a run that could not be read. Each is reported once.</summary>
internal sealed class SkippedFiles(ProgressReporter reporter)
{
    private readonly Dictionary<string, SkippedFile> _files = new(StringComparer.Ordinal);

    /// <summary>All of them, by path.</summary>
    public IReadOnlyList<SkippedFile> All => [.. _files.Values.OrderBy(s => s.Path, StringComparer.Ordinal)];

    /// <summary>Refuses a training that has seen no image, because none could be read.</summary>
    /// <exception cref="InvalidContentException">None of the images can be read.</exception>
    public void RequireReadable(ImageDataset train)
    {
        if (train.Examples.Count > 0 && train.Examples.All(e => _files.ContainsKey(e.Path)))
            throw new InvalidContentException($"Training: expected readable images, none of {train.Examples.Count} could be read. First: "
                + $"{_files.Values.First().Path}: {_files.Values.First().Reason}");
    }

    /// <summary>Takes one in.</summary>
    public void Add(SkippedFile file)
    {
        if (_files.TryAdd(file.Path, file))
            reporter.Warn("", $"{file.Path} is left out: {file.Reason}");
    }

    /// <summary>Takes several in.</summary>
    public void Add(IEnumerable<SkippedFile> files)
    {
        foreach (SkippedFile file in files)
            Add(file);
    }
}
