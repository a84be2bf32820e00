using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Training.ParquetFiles;

/// <summary>A Parquet file of images and classes as a dataset, for verbs that read it in order. A few row groups are kept in memory.</summary>
internal sealed class ParquetDataset
{
    // The batches that are read ahead may lie in two row groups; a third one is for a thread that lags behind.
    private const int GroupsInMemory = 3;

    private readonly ParquetImages _images;
    private readonly LinkedList<(int Group, byte[]?[] Content)> _kept = new();
    private readonly Lock _gate = new();

    private ParquetDataset(ParquetImages images) => _images = images;

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidContentException">It is damaged, or a row has no class.</exception>
    public static ImageDataset Open(string path, ImageDatasetOptions options)
    {
        ParquetDataset file = new(ParquetImages.Open([path]));
        List<ImageSource> sources = [];
        long row = 0;
        foreach ((string name, string? label) in file._images.Names().Zip(file._images.Labels()))
        {
            if (string.IsNullOrEmpty(label))
                throw new InvalidContentException($"{path}: expected a class in every row, row {row} has none. Name a file with classes.");
            long of = row++;
            sources.Add(new ImageSource(name, label, () => new MemoryStream(file.Content(of), writable: false)));
        }
        return ImageDataset.FromMemory(sources, options);
    }

    private byte[] Content(long row)
    {
        (int group, int index) = _images.Find(row);
        lock (_gate)
        {
            LinkedListNode<(int Group, byte[]?[] Content)>? node = _kept.First;
            while (node is not null && node.Value.Group != group)
                node = node.Next;
            if (node is null)
            {
                if (_kept.Count == GroupsInMemory)
                    _kept.RemoveLast();
                node = new LinkedListNode<(int, byte[]?[])>((group, _images.Content(group)));
            }
            else
                _kept.Remove(node);
            _kept.AddFirst(node);
            return node.Value.Content[index] ?? [];
        }
    }
}
