using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Formats;
using SkinClassifier.Imaging.Metadata;
using SkinClassifier.Tests.Imaging.Formats;

namespace SkinClassifier.Tests.Imaging.Metadata;

public sealed class ColorProfileTests
{
    private static readonly double[] Srgb = [0.43607, 0.22249, 0.01392, 0.38515, 0.71687, 0.09708, 0.14307, 0.06061, 0.7141];
    private static readonly double[] DisplayP3 = [0.51512, 0.2412, -0.00105, 0.29198, 0.69225, 0.04189, 0.1571, 0.06657, 0.78407];

    [Test]
    public void A_profile_with_the_primaries_or_the_name_of_sRGB_is_sRGB()
    {
        Assert.That(IccProfile.OtherThanSrgb(Profile("RGB ", "c2", Srgb)), Is.Null);
        Assert.That(IccProfile.OtherThanSrgb(Profile("RGB ", "sRGB IEC61966-2.1", DisplayP3)), Is.Null);
        Assert.That(IccProfile.OtherThanSrgb(Profile("RGB ", "Display P3", DisplayP3)), Is.EqualTo("Display P3"));
        Assert.That(IccProfile.OtherThanSrgb(Profile("CMYK", "Coated \u0007FOGRA39", [])), Is.EqualTo("Coated FOGRA39"));
        Assert.That(IccProfile.OtherThanSrgb(Profile("GRAY", "", [])), Is.EqualTo("GRAY profile without a name"));
    }

    [Test]
    public void Damaged_profiles_are_no_profiles_and_never_throw()
    {
        byte[] good = Profile("RGB ", "Display P3", DisplayP3);
        for (int length = 0; length < good.Length; length++)
            Assert.That(() => IccProfile.OtherThanSrgb(good.AsSpan(0, length)), Throws.Nothing);
        SkinClassifier.Common.SeededRandom random = new(9);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bad = [.. good];
            for (int k = 0; k < 4; k++)
                bad[128 + random.NextInt32(bad.Length - 128)] = (byte)random.NextInt32(256);
            Assert.That(() => IccProfile.OtherThanSrgb(bad), Throws.Nothing);
        }
    }

    [Test]
    public void Every_format_that_can_hold_a_profile_names_it_and_pixels_stay_as_stored()
    {
        RgbImage image = ImagingGolden.Source();
        byte[] p3 = Profile("RGB ", "Display P3", DisplayP3), png = image.EncodePng(), jpeg = image.EncodeJpeg();
        byte[] withChunk = PngMetadataTests.With(png, PngMetadataTests.Chunk("iCCP", [.. "name\0\0"u8, .. Deflate(p3)], false));
        byte[] withPoints = PngMetadataTests.With(png, PngMetadataTests.Chunk("cICP", [12, 13, 0, 1], false));
        byte[] segment = [.. "ICC_PROFILE\0"u8, 1, 1, .. p3];
        byte[] withSegment = [.. jpeg[..2], 0xFF, 0xE2, (byte)((segment.Length + 2) >> 8), (byte)(segment.Length + 2), .. segment, .. jpeg[2..]];
        Assert.That(new[] { Of(png), Of(jpeg) }, Is.All.Null);
        Assert.That(new[] { Of(withChunk), Of(withPoints), Of(withSegment), Of(BmpWith(p3)) }, Is.All.EqualTo("Display P3"));
        Assert.That(RgbImage.Decode(withChunk).Pixels.SequenceEqual(image.Pixels), Is.True);
        Assert.That(RgbImage.Decode(withSegment).Pixels.SequenceEqual(RgbImage.Decode(jpeg).Pixels), Is.True);
    }

    [Test]
    public void Inspecting_a_dataset_counts_the_profiles()
    {
        byte[] png = ImagingGolden.Source().EncodePng();
        byte[] p3 = PngMetadataTests.With(png, PngMetadataTests.Chunk("iCCP", [.. "name\0\0"u8, .. Deflate(Profile("RGB ", "Display P3", DisplayP3))], false));
        DatasetInspection found = DatasetInspection.Inspect(
            ImageDataset.FromMemory([new("a", "x", png), new("b", "y", p3), new("c", "y", p3)], new ImageDatasetOptions { MinimumClasses = 1 }));
        Assert.That(found.ColorProfiles, Is.EqualTo(new[] { KeyValuePair.Create("Display P3", 2) }));
        Assert.That(found.ToString(), Does.Contain("Display P3 2 (other than sRGB; profiles are not applied"));
        Assert.That(Encoding.UTF8.GetString(found.ToJson()), Does.Contain("\"colorProfiles\"").And.Contain("\"profile\": \"Display P3\""));
    }

    private static string? Of(byte[] content) => ImageFormatCatalog.Find(content, "a").OtherColorSpace(content);

    private static byte[] Deflate(byte[] data)
    {
        using MemoryStream result = new();
        using (ZLibStream deflate = new(result, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(data);
        return result.ToArray();
    }

    // A version 5 header with one white pixel, the profile behind it.
    private static byte[] BmpWith(byte[] profile)
    {
        byte[] file = new byte[14 + 124 + 4 + profile.Length];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 14 + 124);
        foreach ((int at, int value) in new[] { (14, 124), (18, 1), (22, 1), (70, 0x4D424544), (126, 124 + 4), (130, profile.Length) })
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        (file[26], file[28]) = (1, 24);
        profile.CopyTo(file, 14 + 124 + 4);
        return file;
    }

    private static byte[] Profile(string space, string name, double[] primaries)
    {
        byte[] desc = [.. "desc\0\0\0\0"u8, 0, 0, 0, (byte)(name.Length + 1), .. Encoding.ASCII.GetBytes(name), 0, 0, 0, 0];
        List<(string Tag, byte[] Data)> tags = [("desc", desc)];
        for (int i = 0; i < primaries.Length / 3; i++)
        {
            byte[] data = [.. "XYZ \0\0\0\0"u8, .. new byte[12]];
            for (int c = 0; c < 3; c++)
                BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(8 + 4 * c), (int)Math.Round(primaries[3 * i + c] * 65536));
            tags.Add(("rgb"[i] + "XYZ", data));
        }
        byte[] profile = new byte[128 + 4 + 12 * tags.Count];
        Encoding.ASCII.GetBytes(space).CopyTo(profile, 16);
        "acsp"u8.CopyTo(profile.AsSpan(36));
        BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(128), tags.Count);
        for (int i = 0; i < tags.Count; i++)
        {
            Encoding.ASCII.GetBytes(tags[i].Tag).CopyTo(profile, 132 + 12 * i);
            BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(136 + 12 * i), profile.Length);
            BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(140 + 12 * i), tags[i].Data.Length);
            profile = [.. profile, .. tags[i].Data];
        }
        return profile;
    }
}
