using System.Buffers.Binary;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>Turns unfiltered rows of one file into RGB: depth to 8 bit, palette, transparency over white.</summary>
internal readonly ref struct PngPixels
{
    /// <summary>Room for the colors of a palette.</summary>
    public const int TableLength = 768;

    private readonly int _depth;
    private readonly PngColor _color;
    private readonly ReadOnlySpan<byte> _table;
    private readonly int _tableEntries;
    private readonly string _name;
    private readonly bool _hasKey;
    private readonly ushort _keyR, _keyG, _keyB;

    private PngPixels(in PngHeader header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency, Span<byte> table, string name)
    {
        (_depth, _color, _name) = (header.BitDepth, header.Color, name);
        bool gray = _color == PngColor.Gray;
        int keyLength = gray ? 2 : _color == PngColor.Rgb ? 6 : 0;
        if (keyLength > 0 && !transparency.IsEmpty)
        {
            if (transparency.Length != keyLength)
                throw new InvalidContentException(
                    $"{name}: expected PNG chunk tRNS of {keyLength} bytes, received {transparency.Length}. The file is damaged; copy it again.");
            int mask = (1 << _depth) - 1;
            _hasKey = true;
            _keyR = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(transparency) & mask);
            if (!gray)
            {
                _keyG = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(transparency[2..]) & mask);
                _keyB = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(transparency[4..]) & mask);
            }
        }
        if (_color == PngColor.Palette)
        {
            _tableEntries = palette.Length / 3;
            FillPalette(table, palette, transparency);
            _table = table[..palette.Length];
        }
        else if (gray && _depth <= 8)
        {
            _tableEntries = 1 << _depth;
            FillGrays(table, _tableEntries, _hasKey ? _keyR : -1);
            _table = table[..(_tableEntries * 3)];
        }
    }

    /// <summary>Prepares the tables of a file in <paramref name="table"/>, <see cref="TableLength"/> bytes.</summary>
    /// <exception cref="InvalidContentException">The palette is missing, or palette or transparency have an impossible length.</exception>
    public static PngPixels Create(in PngHeader header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency, Span<byte> table, string name)
    {
        if (header.Color == PngColor.Palette && (palette.IsEmpty || palette.Length % 3 != 0 || palette.Length > TableLength))
            throw new InvalidContentException(
                $"{name}: expected PNG chunk PLTE of 3 to 768 bytes, a multiple of 3, received {palette.Length} bytes. The file is damaged; copy it again.");
        return new PngPixels(header, palette, transparency, table, name);
    }

    /// <summary>Whether the file's rows are already RGB, 8 bit a sample, all opaque.</summary>
    public bool AreStored => _color == PngColor.Rgb && _depth == 8 && !_hasKey;

    /// <summary>Writes <paramref name="columns"/> pixels into <paramref name="target"/>, one every <paramref name="step"/> bytes.</summary>
    public void Write(ReadOnlySpan<byte> row, int columns, Span<byte> target, int step)
    {
        if (!_table.IsEmpty)
            WriteTable(row, columns, target, step);
        else if (_depth == 8)
            Write8(row, columns, target, step);
        else
            Write16(row, columns, target, step);
    }

    private void WriteTable(ReadOnlySpan<byte> row, int columns, Span<byte> target, int step)
    {
        int perByte = 8 / _depth, mask = (1 << _depth) - 1;
        for (int x = 0; x < columns; x++)
        {
            int value = (row[x / perByte] >> (8 - _depth * (x % perByte + 1))) & mask;
            if (value >= _tableEntries)
                throw new InvalidContentException(
                    $"{_name}: expected PNG palette entries 0 to {_tableEntries - 1}, received {value}. The file is damaged; copy it again.");
            _table.Slice(value * 3, 3).CopyTo(target[(x * step)..]);
        }
    }

    private void Write8(ReadOnlySpan<byte> row, int columns, Span<byte> target, int step)
    {
        int channels = _color switch { PngColor.GrayAlpha => 2, PngColor.Rgb => 3, _ => 4 };
        for (int x = 0; x < columns; x++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(x * channels, channels);
            Span<byte> to = target.Slice(x * step, 3);
            if (channels == 2)
                to.Fill(Transparency.OverWhite(pixel[0], pixel[1]));
            else if (channels == 4)
                Transparency.OverWhite(to, pixel[0], pixel[1], pixel[2], pixel[3]);
            else if (_hasKey && pixel[0] == _keyR && pixel[1] == _keyG && pixel[2] == _keyB)
                to.Fill(255);
            else
                pixel.CopyTo(to);
        }
    }

    private void Write16(ReadOnlySpan<byte> row, int columns, Span<byte> target, int step)
    {
        int channels = _color switch { PngColor.Gray => 1, PngColor.GrayAlpha => 2, PngColor.Rgb => 3, _ => 4 };
        bool gray = channels <= 2, alpha = channels is 2 or 4;
        for (int x = 0; x < columns; x++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(x * channels * 2, channels * 2);
            Span<byte> to = target.Slice(x * step, 3);
            (to[0], to[1], to[2]) = gray ? (pixel[0], pixel[0], pixel[0]) : (pixel[0], pixel[2], pixel[4]);
            if (alpha)
            {
                Transparency.OverWhite(to, to[0], to[1], to[2], pixel[channels * 2 - 2]);
            }
            else if (_hasKey && BinaryPrimitives.ReadUInt16BigEndian(pixel) == _keyR
                && (gray || (BinaryPrimitives.ReadUInt16BigEndian(pixel[2..]) == _keyG && BinaryPrimitives.ReadUInt16BigEndian(pixel[4..]) == _keyB)))
                to.Fill(255);
        }
    }

    private static void FillPalette(Span<byte> table, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> alphas)
    {
        palette.CopyTo(table);
        for (int i = 0; i < Math.Min(alphas.Length, palette.Length / 3); i++)
            for (int c = 0; c < 3; c++)
                table[3 * i + c] = Transparency.OverWhite(table[3 * i + c], alphas[i]);
    }

    private static void FillGrays(Span<byte> table, int entries, int key)
    {
        for (int i = 0; i < entries; i++)
            table.Slice(i * 3, 3).Fill(i == key ? (byte)255 : (byte)(i * 255 / (entries - 1)));
    }
}
