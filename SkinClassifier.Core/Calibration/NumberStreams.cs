using System.Buffers.Binary;
using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>Numbers in the files of this room: little-endian float32, one after the other.</summary>
internal static class NumberStreams
{
    /// <summary>Writes numbers without their count.</summary>
    public static void WriteNumbers(this BinaryWriter writer, ReadOnlySpan<float> numbers)
    {
        foreach (float number in numbers)
            writer.Write(number);
    }

    /// <summary>Reads numbers, which must be finite.</summary>
    /// <exception cref="InvalidContentException">The file ends before, or a number is infinite or not a number.</exception>
    public static float[] ReadNumbers(this BinaryReader reader, int count, string where)
    {
        byte[] bytes = new byte[4 * count];
        int read = reader.BaseStream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw new InvalidContentException($"{where}: expected {count} numbers, received {read / 4}. The file is damaged; save the model again.");
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
            numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i));
        return TensorPrimitives.IsFiniteAll<float>(numbers) ? numbers
            : throw new InvalidContentException(
                $"{where}: expected finite numbers, received infinity or not-a-number. The file is damaged; save the model again.");
    }
}
