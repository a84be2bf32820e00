using System.Text.Json;

namespace SkinClassifier.Data.Augmentations;

/// <summary>Turns the JSON form of an augmentation list into objects and notes all its errors.</summary>
internal static class AugmentationListReader
{
    private static readonly SortedDictionary<string, FillMode> Names = new(StringComparer.Ordinal)
    {
        ["constant"] = FillMode.Constant,
        ["nearest"] = FillMode.Nearest,
        ["reflect"] = FillMode.Reflect,
        ["wrap"] = FillMode.Wrap,
    };

    /// <summary>Adds what the list holds; returns the fill of geometric changes (mirrored unless the list says otherwise).</summary>
    public static Fill Read(JsonElement root, List<Augmentation> augmentations, List<string> errors)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            ReadList(root, augmentations, errors);
            return new Fill(FillMode.Reflect, 0, 0, 0);
        }
        FillMode mode = FillMode.Reflect;
        byte[] color = [0, 0, 0];
        bool list = false;
        foreach (JsonProperty property in root.EnumerateObject())
            switch (property.Name)
            {
                case "augmentations":
                    ReadList(property.Value, augmentations, errors);
                    list = true;
                    break;
                case "fill":
                    if (property.Value.ValueKind != JsonValueKind.String || !Names.TryGetValue(property.Value.GetString()!, out mode))
                        errors.Add($"fill: expected one of {string.Join(", ", Names.Keys)}, received {property.Value.GetRawText()}.");
                    break;
                case "fill_color":
                    color = ReadColor(property.Value, errors);
                    break;
                default:
                    errors.Add($"expected augmentations, fill or fill_color, received \"{property.Name}\".");
                    break;
            }
        if (!list)
            errors.Add("expected an array named \"augmentations\", received an object without it.");
        return new Fill(mode, color[0], color[1], color[2]);
    }

    private static byte[] ReadColor(JsonElement value, List<string> errors)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3
            && value.EnumerateArray().All(sample => sample.ValueKind == JsonValueKind.Number && sample.TryGetByte(out _)))
            return [value[0].GetByte(), value[1].GetByte(), value[2].GetByte()];
        errors.Add($"fill_color: expected three whole numbers from 0 to 255, received {value.GetRawText()}.");
        return [0, 0, 0];
    }

    private static void ReadList(JsonElement root, List<Augmentation> augmentations, List<string> errors)
    {
        if (root.ValueKind != JsonValueKind.Array)
        {
            errors.Add($"expected an array [ … ] of augmentations, received {root.ValueKind}.");
            return;
        }
        int index = 0;
        foreach (JsonElement entry in root.EnumerateArray())
        {
            string where = $"[{index++}]";
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String)
            {
                errors.Add($"{where}: expected an object with \"type\", received {entry.GetRawText()}.");
                continue;
            }
            string typeName = type.GetString()!;
            if (!AugmentationCatalog.TryGet(typeName, out AugmentationCatalog.Entry known))
            {
                errors.Add($"{where}: expected a type of {string.Join(", ", AugmentationCatalog.Known)}, received \"{typeName}\".");
                continue;
            }
            AugmentationParameters parameters = new(entry, $"{where} {typeName}", known.Probability, errors);
            augmentations.Add(known.Create(parameters));
            parameters.ReportUnknown();
        }
    }
}
