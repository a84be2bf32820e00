using System.Text.Json;
using SkinClassifier.Common;

namespace SkinClassifier.MLNet.Saving;

/// <summary>
/// What a step needs, as one text: a saved ML.NET model carries it as the value of a lookup table. JSON with the format's number, the kind of step, its
/// settings and its content (a model.zip or an ONNX file) in base 64.
/// </summary>
/// <param name="Kind">Name of the kind of step.</param>
internal sealed record SavedText(string Kind)
{
    /// <summary>The format that is written; readers refuse a higher one.</summary>
    public const int Format = 1;

    /// <summary>A text of .NET holds about a billion characters.</summary>
    private const int MaxContent = 700_000_000;

    /// <summary>A model.zip or an ONNX file; empty where the settings are all.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>Settings by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether an image that cannot be read is an exception.</summary>
    public bool ThrowOnUnreadableImage { get; init; }

    /// <summary>Where the input column holds pixels (alpha, red, green, blue) instead of files: columns of an image; else 0.</summary>
    public int Width { get; init; }

    /// <summary>As <see cref="Width"/>: rows.</summary>
    public int Height { get; init; }

    /// <summary>Writes the text.</summary>
    /// <exception cref="UnsupportedContentException">The content is too large.</exception>
    public string Write()
    {
        if (Content.Length > MaxContent)
            throw new UnsupportedContentException($"Model.Save: expected a network of at most {MaxContent / 1_000_000} MB, received "
                + $"{Content.Length / 1_000_000} MB. Save it with ImageNetworkTransformer.Model.Save, which has no limit.");
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("kind", Kind);
            json.WriteBoolean("throw", ThrowOnUnreadableImage);
            json.WriteNumber("width", Width);
            json.WriteNumber("height", Height);
            json.WriteStartObject("settings");
            foreach ((string name, string value) in Settings)
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteBase64String("content", Content);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="UnsupportedContentException">A later release wrote it.</exception>
    /// <exception cref="InvalidContentException">It is damaged.</exception>
    public static SavedText Read(ReadOnlyMemory<char> text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            JsonElement root = json.RootElement;
            int format = root.GetProperty("format").GetInt32();
            if (format > Format)
                throw new UnsupportedContentException($"Saved ML.NET model: expected format {Format} or lower, received {format}: a newer release of "
                    + "SkinClassifier.MLNet wrote it. Update the package SkinClassifier.MLNet.");
            return new SavedText(root.GetProperty("kind").GetString()!)
            {
                ThrowOnUnreadableImage = root.GetProperty("throw").GetBoolean(),
                Width = root.GetProperty("width").GetInt32(),
                Height = root.GetProperty("height").GetInt32(),
                Settings = root.GetProperty("settings").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!),
                Content = root.GetProperty("content").GetBytesFromBase64(),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidContentException($"Saved ML.NET model: expected what SkinClassifier.MLNet wrote, received a damaged text: {error.Message} "
                + "Save the model again.", error);
        }
    }
}
