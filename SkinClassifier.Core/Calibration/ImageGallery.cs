using System.Numerics.Tensors;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>
/// The training images as points in a <see cref="FeatureSpace"/>, with their file names and classes, to find those most like a new image. It is kept only when
/// asked for: it tells which files a model was trained with and where they lie in that space. The images themselves are not in it.
/// </summary>
internal sealed class ImageGallery
{
    /// <summary>Name of the entry in model.zip.</summary>
    public const string EntryName = "gallery.bin";

    /// <summary>Most training images.</summary>
    public const int MaxImages = 1_000_000;

    private const int Version = 1, MaxIdBytes = 1 << 15;

    private readonly FeatureSpace _space;
    private readonly float[] _points;
    private readonly string[] _ids;
    private readonly int[] _labels;

    private ImageGallery(FeatureSpace space, float[] points, string[] ids, int[] labels) => (_space, _points, _ids, _labels) = (space, points, ids, labels);

    /// <summary>Number of training images.</summary>
    public int Count => _ids.Length;

    /// <summary>D: the features that a search takes.</summary>
    public int FeatureCount => _space.Length;

    /// <summary>Places training images in a space.</summary>
    /// <param name="space">The space.</param>
    /// <param name="features">[N,D].</param>
    /// <param name="ids">File names [N].</param>
    /// <param name="labels">Classes [N], 0-based.</param>
    public static ImageGallery Create(FeatureSpace space, ReadOnlySpan<float> features, IReadOnlyList<string> ids, IReadOnlyList<int> labels)
    {
        int r = space.Dimensions;
        float[] points = new float[ids.Count * r];
        for (int n = 0; n < ids.Count; n++)
            space.Project(features.Slice(n * space.Length, space.Length), points.AsSpan(n * r, r));
        for (int i = 0; i < points.Length; i++)
            points[i] = (float)(Half)points[i]; // as they are in the file
        return new ImageGallery(space, points, [.. ids], [.. labels]);
    }

    /// <summary>The nearest training images, nearest first; of equal ones the first.</summary>
    /// <param name="features">Features of the image [D].</param>
    /// <param name="number">k, at least 1; fewer are returned where there are fewer.</param>
    /// <param name="labels">Names of the classes.</param>
    public SimilarImage[] Nearest(ReadOnlySpan<float> features, int number, IReadOnlyList<string> labels)
    {
        int[] found = new int[Math.Min(number, Count)];
        float[] distances = new float[found.Length];
        Nearest(features, found, distances);
        return [.. found.Select((image, i) => new SimilarImage(_ids[image], labels[_labels[image]], distances[i]))];
    }

    /// <summary>Writes index and distance of the nearest training images, as many as <paramref name="found"/> is long. Allocates nothing.</summary>
    public void Nearest(ReadOnlySpan<float> features, Span<int> found, Span<float> distances)
    {
        int r = _space.Dimensions, filled = 0;
        Span<float> point = stackalloc float[FeatureSpace.MaxDimensions];
        point = point[..r];
        _space.Project(features, point);
        for (int n = 0; n < Count; n++)
        {
            float distance = TensorPrimitives.Distance(point, _points.AsSpan(n * r, r));
            if (filled == found.Length && !(distance < distances[filled - 1]))
                continue;
            int place = filled < found.Length ? filled++ : filled - 1;
            for (; place > 0 && distance < distances[place - 1]; place--)
                (found[place], distances[place]) = (found[place - 1], distances[place - 1]);
            (found[place], distances[place]) = (n, distance);
        }
    }

    /// <summary>Share of the nearest training images that are of a class: 1 when all are.</summary>
    public double Agreement(ReadOnlySpan<float> features, int label, int number)
    {
        Span<int> found = stackalloc int[Math.Min(number, Count)];
        Span<float> distances = stackalloc float[found.Length];
        Nearest(features, found, distances);
        int same = 0;
        foreach (int image in found)
            same += _labels[image] == label ? 1 : 0;
        return (double)same / found.Length;
    }

    /// <summary>Writes the gallery.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(Version);
        _space.Write(writer);
        writer.Write(Count);
        foreach (float number in _points)
            writer.Write((Half)number);
        for (int n = 0; n < Count; n++)
        {
            byte[] id = Encoding.UTF8.GetBytes(_ids[n]);
            writer.Write(_labels[n]);
            writer.Write(id.Length);
            writer.Write(id);
        }
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The entry.</param>
    /// <param name="classes">K of the model.</param>
    /// <param name="where">The entry's name, for messages.</param>
    /// <exception cref="InvalidContentException">The entry is damaged.</exception>
    /// <exception cref="UnsupportedContentException">A newer version wrote it.</exception>
    public static ImageGallery FromBytes(byte[] bytes, int classes, string where)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        try
        {
            int version = reader.ReadInt32();
            if (version > Version)
                throw new UnsupportedContentException($"{where}: expected version {Version} or older, received {version}. Install a newer SkinClassifier.");
            FeatureSpace space = FeatureSpace.Read(reader, where);
            int count = reader.ReadInt32();
            if (version < 1 || count is < 1 or > MaxImages || (long)count * (space.Dimensions * 2 + 8) > bytes.Length)
                throw Damaged(where, $"expected 1 to {MaxImages} images that fit into {bytes.Length} bytes, received {count}");
            float[] points = new float[count * space.Dimensions];
            foreach (ref float number in points.AsSpan())
                number = (float)reader.ReadHalf();
            if (!TensorPrimitives.IsFiniteAll<float>(points))
                throw Damaged(where, "expected finite numbers, received infinity or not-a-number");
            string[] ids = new string[count];
            int[] labels = new int[count];
            for (int n = 0; n < count; n++)
            {
                labels[n] = reader.ReadInt32();
                int length = reader.ReadInt32();
                if (labels[n] < 0 || labels[n] >= classes || length is < 0 or > MaxIdBytes)
                    throw Damaged(where, $"image {n + 1}: expected one of {classes} classes and a name, received class {labels[n] + 1} and {length} bytes");
                byte[] id = reader.ReadBytes(length);
                if (id.Length < length)
                    throw new EndOfStreamException();
                ids[n] = Encoding.UTF8.GetString(id);
            }
            return new ImageGallery(space, points, ids, labels);
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidContentException($"{where}: the gallery ends too early. It is damaged; save the model again.", error);
        }
    }

    private static InvalidContentException Damaged(string where, string what) => new($"{where}: gallery: {what}. The file is damaged; save the model again.");
}
