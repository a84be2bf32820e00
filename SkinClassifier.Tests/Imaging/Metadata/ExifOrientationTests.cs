using SkinClassifier.Common;
using SkinClassifier.Imaging.Metadata;

namespace SkinClassifier.Tests.Imaging.Metadata;

public sealed class ExifOrientationTests
{
    [Test]
    public void Both_byte_orders_and_both_number_types_are_read([Range(1, 8)] int orientation, [Values] bool prefix)
    {
        byte[] start = prefix ? [.. "Exif\0\0"u8] : [];
        byte value = (byte)orientation;
        Assert.That(ExifOrientation.Read(
            [.. start, .. "MM\0*\0\0\0\x08"u8, 0, 2, 1, 0, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0]), Is.EqualTo(orientation));
        Assert.That(ExifOrientation.Read([.. start, .. "II*\0\x08\0\0\0"u8, 1, 0, 0x12, 1, 4, 0, 1, 0, 0, 0, value, 0, 0, 0]), Is.EqualTo(orientation));
    }

    [TestCase(0)]
    [TestCase(9)]
    public void Impossible_values_count_as_upright(int value) =>
        Assert.That(ExifOrientation.Read([.. "MM\0*\0\0\0\x08"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)value, 0, 0]), Is.EqualTo(1));

    [Test]
    public void Damaged_blocks_count_as_upright_or_give_one_of_the_eight()
    {
        byte[] good = [.. "MM\0*\0\0\0\x08"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0];
        for (int length = 0; length < good.Length; length++)
            Assert.That(ExifOrientation.Read(good.AsSpan(0, length)), Is.EqualTo(1));
        SeededRandom random = new(5);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bad = [.. good];
            bad[random.NextInt32(bad.Length)] = (byte)random.NextInt32(256);
            Assert.That(ExifOrientation.Read(bad), Is.InRange(1, 8));
        }
    }
}
