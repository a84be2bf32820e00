using System.Runtime.InteropServices;
using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>Arrays of numbers in checkpoints: count, then little-endian values.</summary>
internal static class BinaryNumbers
{
    /// <summary>Writes count and values.</summary>
    public static void WriteFloats(this BinaryWriter writer, ReadOnlySpan<float> values)
    {
        writer.Write(values.Length);
        if (BitConverter.IsLittleEndian)
            writer.Write(MemoryMarshal.AsBytes(values));
        else
            foreach (float value in values)
                writer.Write(value);
    }

    /// <summary>Reads values into <paramref name="values"/>, whose length must be the written one.</summary>
    /// <exception cref="InvalidContentException">Another count was written.</exception>
    public static void ReadFloats(this BinaryReader reader, Span<float> values)
    {
        int count = reader.ReadInt32();
        if (count != values.Length)
            throw new InvalidContentException(
                $"Checkpoint: expected {values.Length} numbers, received {count}. It belongs to another network; start the training again.");
        if (BitConverter.IsLittleEndian)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values));
        else
            foreach (ref float value in values)
                value = reader.ReadSingle();
    }

    /// <summary>Reads an array of any length.</summary>
    public static float[] ReadFloatArray(this BinaryReader reader)
    {
        int count = reader.ReadInt32();
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = reader.ReadSingle();
        return values;
    }

    /// <summary>Writes a number or nothing.</summary>
    public static void WriteOptional(this BinaryWriter writer, double? value)
    {
        writer.Write(value.HasValue);
        writer.Write(value.GetValueOrDefault());
    }

    /// <summary>Reads a number or nothing.</summary>
    public static double? ReadOptional(this BinaryReader reader)
    {
        bool has = reader.ReadBoolean();
        double value = reader.ReadDouble();
        return has ? value : null;
    }
}
