using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.MLNet.Images;

/// <summary>Makes the reader of an image column for one row or cursor. The reader keeps its memory from row to row.</summary>
internal static class ImageGetter
{
    /// <summary>The reader of a column.</summary>
    public static Func<ImageValue> Of(DataViewRow row, ImageColumn column)
    {
        DataViewSchema.Column place = row.Schema[column.Name];
        return column.Kind switch
        {
            ImageColumnKind.Path => Path(row.GetGetter<ReadOnlyMemory<char>>(place)),
            ImageColumnKind.Bytes => Bytes(row.GetGetter<VBuffer<byte>>(place)),
            _ => Image(row.GetGetter<MLImage>(place)),
        };
    }

    private static Func<ImageValue> Path(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return ImageValue.OfPath(value.ToString());
        };
    }

    private static Func<ImageValue> Bytes(ValueGetter<VBuffer<byte>> getter)
    {
        VBuffer<byte> value = default;
        byte[] content = [];
        return () =>
        {
            getter(ref value);
            return ImageValue.OfContent(Dense(in value, ref content));
        };
    }

    private static Func<ImageValue> Image(ValueGetter<MLImage> getter)
    {
        MLImage? value = null;
        return () =>
        {
            NativeLibrary.Run(() => getter(ref value!));
            return ImageValue.OfImage(MLImagePixels.ToRgb(value));
        };
    }

    /// <summary>The elements of a vector in <paramref name="content"/>, which grows when it is too small.</summary>
    public static ReadOnlyMemory<byte> Dense(in VBuffer<byte> value, ref byte[] content)
    {
        if (content.Length < value.Length)
            content = new byte[value.Length];
        value.CopyTo(content);
        return content.AsMemory(0, value.Length);
    }
}
