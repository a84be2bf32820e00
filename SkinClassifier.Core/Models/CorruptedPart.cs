namespace SkinClassifier.Models;

/// <summary>What a model predicted for corrupted images of a dataset.</summary>
/// <param name="Positions">Positions of the images that could be read, in the dataset.</param>
/// <param name="Predicted">Classes by pass, one of each image.</param>
internal sealed record CorruptedPart(int[] Positions, int[][] Predicted)
{
    /// <summary>Writes it, little endian.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Positions.Length);
        writer.Write(Predicted.Length);
        foreach (int value in Positions.Concat(Predicted.SelectMany(p => p)))
            writer.Write(value);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static CorruptedPart Read(BinaryReader reader)
    {
        int images = reader.ReadInt32(), passes = reader.ReadInt32();
        int[] positions = Row();
        return new CorruptedPart(positions, [.. Enumerable.Range(0, passes).Select(_ => Row())]);

        int[] Row() => [.. Enumerable.Range(0, images).Select(_ => reader.ReadInt32())];
    }
}
