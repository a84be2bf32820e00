using System.Globalization;
using System.Text;

namespace SkinClassifier.Models.MlNet;

/// <summary>Prints a description: a line for each part, its details, streams and inner parts below it.</summary>
internal static class MlNetModelText
{
    private const int MaxListed = 20;

    /// <summary>The text, without a line break at its end.</summary>
    public static string Write(MlNetModel model)
    {
        StringBuilder text = new();
        text.Append("model of ML.NET").Append(model.Version is null ? "" : $", written by version {Clean(model.Version)}").Append('\n');
        if (model.Architecture is not null)
            text.Append("architecture: ").Append(Clean(model.Architecture)).Append(" (guessed from tensor names)\n");
        if (model.InputColumns.Count > 0)
            text.Append("input columns: ").Append(List(model.InputColumns)).Append('\n');
        if (model.Labels.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"classes ({model.Labels.Count}): ").Append(List(model.Labels)).Append('\n');
        foreach (MlNetPart part in model.Parts)
            Write(part, text, indent: 0);
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The first items, and how many more there are.</summary>
    public static string List(IReadOnlyList<string> items)
        => string.Join(", ", items.Take(MaxListed).Select(Clean)) + (items.Count > MaxListed ? $" and {items.Count - MaxListed} more" : "");

    private static void Write(MlNetPart part, StringBuilder text, int indent)
    {
        string name = part.Path[(part.Path.LastIndexOf('/') + 1)..];
        text.Append(' ', indent).Append(Clean(name)).Append(": \"").Append(Clean(part.Signature)).Append("\" ").Append(Clean(part.Loader));
        text.Append(" (").Append(Clean(part.Assembly))
            .Append(CultureInfo.InvariantCulture, $", version {part.VersionWritten:X}, readable from {part.VersionReadable:X})\n");
        foreach (string line in part.Details)
            text.Append(' ', indent + 2).Append(Clean(line)).Append('\n');
        foreach (MlNetStream stream in part.Streams)
            text.Append(' ', indent + 2).Append(Clean(stream.Name)).Append(CultureInfo.InvariantCulture, $": {stream.Bytes} bytes\n");
        foreach (MlNetPart inner in part.Parts)
            Write(inner, text, indent + 2);
    }

    /// <summary>Text from the file as one line: characters that steer a terminal become \uXXXX.</summary>
    private static string Clean(string value)
    {
        if (!value.Any(IsSteering))
            return value;
        StringBuilder text = new();
        foreach (char c in value)
            text.Append(IsSteering(c) ? $"\\u{(int)c:X4}" : c);
        return text.ToString();
    }

    private static bool IsSteering(char c) =>
        char.IsControl(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
